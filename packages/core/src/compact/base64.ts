/**
 * Converts base64 (RFC 4648 §4), with or without padding, to the base64url without padding that engines decode (§5). Other
 * characters are left as they are, so that decoding rejects them.
 */
export const base64urlOf = (base64: string): string =>
  base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
