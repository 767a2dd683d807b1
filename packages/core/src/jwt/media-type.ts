/**
 * Brings a `typ` or `cty` into its comparable form: case does not matter, and `application/` is left away
 * where no other slash follows (RFC 7515 §4.1.9).
 */
export function comparableMediaType(value: string): string {
  // Of letters beyond ASCII, one is "k" in lower case.
  const lower = /^[\x20-\x7e]*$/.test(value) ? value.toLowerCase() : value
  const bare = lower.startsWith('application/') ? lower.slice('application/'.length) : lower
  return bare.includes('/') ? lower : bare
}
