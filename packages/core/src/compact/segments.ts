import { SealbearerError } from '../errors.js'

/** RFC 7515 §7.1 */
export type JwsSegments = readonly [protectedHeader: string, payload: string, signature: string]
/** RFC 7516 §7.1 */
export type JweSegments = readonly [
  protectedHeader: string,
  encryptedKey: string,
  iv: string,
  ciphertext: string,
  tag: string,
]

/** Characters of the longest token that is looked at, unless an option says otherwise. */
export const defaultMaxTokenSize = 16_384

/**
 * Checks that a token is text and not too long, before anything reads it.
 *
 * @throws {SealbearerError} `SB_TOKEN_MALFORMED`, `SB_TOKEN_TOO_LARGE`
 */
export function checkTokenSize(token: unknown, maxTokenSize: number): asserts token is string {
  if (typeof token !== 'string') throw new SealbearerError('SB_TOKEN_MALFORMED')
  if (token.length > maxTokenSize) throw new SealbearerError('SB_TOKEN_TOO_LARGE')
}

/** Splits at dots, and stops once there are more than any serialization has. */
function split(token: string): readonly string[] {
  return token.split('.', 6)
}

/** Takes a JWS apart. @throws {SealbearerError} `SB_FORM_MISMATCH` for a JWE, `SB_TOKEN_MALFORMED` */
export function splitJws(token: string): JwsSegments {
  const [protectedHeader, payload, signature, ...more] = split(token)
  if (
    protectedHeader !== undefined &&
    payload !== undefined &&
    signature !== undefined &&
    more.length === 0
  ) {
    return [protectedHeader, payload, signature]
  }
  throw new SealbearerError(more.length === 2 ? 'SB_FORM_MISMATCH' : 'SB_TOKEN_MALFORMED')
}

/** Takes a JWE apart. @throws {SealbearerError} `SB_FORM_MISMATCH` for a JWS, `SB_TOKEN_MALFORMED` */
export function splitJwe(token: string): JweSegments {
  const [protectedHeader, encryptedKey, iv, ciphertext, tag, ...more] = split(token)
  if (
    protectedHeader !== undefined &&
    encryptedKey !== undefined &&
    iv !== undefined &&
    ciphertext !== undefined &&
    tag !== undefined &&
    more.length === 0
  ) {
    return [protectedHeader, encryptedKey, iv, ciphertext, tag]
  }
  const isJws = iv !== undefined && ciphertext === undefined
  throw new SealbearerError(isJws ? 'SB_FORM_MISMATCH' : 'SB_TOKEN_MALFORMED')
}
