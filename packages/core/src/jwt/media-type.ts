/**
 * Brings a `typ` or `cty` into its comparable form: case does not matter, and `application/` is left away
 * where no other slash follows (RFC 7515 §4.1.9).
 */
export function comparableMediaType(value: string): string {
  const lower = value.toLowerCase()
  const bare = lower.startsWith('application/') ? lower.slice('application/'.length) : lower
  return bare.includes('/') ? lower : bare
}
