import { engine } from '#crypto'
import { SealbearerError } from '../errors.js'
import { countOption } from '../options.js'

/** The segments of a JWS (RFC 7515 §7.1). */
export interface JwsSegments {
  readonly protectedHeader: string
  readonly payload: string
  readonly signature: string
  /** Header and payload, separated by a dot (RFC 7515 §5.1). */
  readonly signingInput: string
}

/** The segments of a JWE (RFC 7516 §7.1). */
export interface JweSegments {
  readonly protectedHeader: string
  readonly encryptedKey: string
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

/** Default maximum token length in characters. */
export const defaultMaxTokenSize = 16_384

/** No signed or encrypted token is shorter. */
export const minTokenSize = 50

/** Reads the option `maxTokenSize`. @throws {TypeError} */
export function maxTokenSizeOption(size: unknown = defaultMaxTokenSize): number {
  const characters = countOption('maxTokenSize', size, 1)
  if (characters >= minTokenSize) return characters
  throw new TypeError(`maxTokenSize: every token is longer than ${characters} characters; remove it`)
}

/**
 * Checks that a token is a string and not too long, before it is parsed.
 *
 * @throws {SealbearerError} `SB_TOKEN_MALFORMED`, `SB_TOKEN_TOO_LARGE`
 */
export function checkTokenSize(token: unknown, maxTokenSize: number): asserts token is string {
  if (typeof token !== 'string') throw new SealbearerError('SB_TOKEN_MALFORMED')
  if (token.length > maxTokenSize) throw new SealbearerError('SB_TOKEN_TOO_LARGE')
}

/**
 * Checks that a token is a string, not too long, and without surrounding text, which is reported as such.
 *
 * @throws {SealbearerError} `SB_TOKEN_MALFORMED` with the cause, `SB_TOKEN_TOO_LARGE`
 */
export function checkTokenText(token: unknown, maxTokenSize: number): asserts token is string {
  checkTokenSize(token, maxTokenSize)
  // Only four characters, because this runs for every token.
  if (isOfToken(token.charCodeAt(0)) && isOfToken(token.charCodeAt(token.length - 1))) {
    const hasScheme = token.charCodeAt(bearer.length) === space || token.charCodeAt(dpop.length) === space
    if (!hasScheme) return
  }
  const cause = pastedWith(token)
  if (cause !== undefined) throw new SealbearerError('SB_TOKEN_MALFORMED', cause)
}

const space = 0x20
const bearer = 'Bearer'
const dpop = 'DPoP'

/** Base64url, and the dot before an empty last segment. */
const isOfToken = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2d ||
  code === 0x5f ||
  code === 0x2e

const pasted: readonly (readonly [cause: string, pattern: RegExp])[] = [
  ['"Bearer" in front of it', /^\s*["'`]?Bearer\s/i],
  ['"DPoP" in front of it', /^\s*["'`]?DPoP\s/i],
  ['white space around it', /^[\s\u200b]|[\s\u200b]$/],
  ['quotes around it', /^["'`\u201c\u201d]|["'`\u201c\u201d]$/],
  ['undefined, null or NaN in its place', /^(?:undefined|null|NaN)$/],
  ['an object in its place', /^\[object \w+\]$/],
]

/** Names what was sent together with a token, or in its place. */
export const pastedWith = (token: string): string | undefined =>
  pasted.find(([, pattern]) => pattern.test(token))?.[0]

/** The error for a token without the segments of a JWT. An opaque token has no dot, one that was cut off too few. */
function notCompact(token: string): SealbearerError {
  const count = countSegments(token)
  if (count === 1) return new SealbearerError('SB_TOKEN_MALFORMED', pastedWith(token) ?? 'no dot in it')
  return new SealbearerError('SB_TOKEN_MALFORMED', count > 5 ? 'segments: 6 or more' : `segments: ${count}`)
}

/** Counts the segments, and stops once there are more than any serialization has. */
function countSegments(token: string): number {
  let count = 1
  for (let dot = token.indexOf('.'); dot >= 0 && count < 6; dot = token.indexOf('.', dot + 1)) count++
  return count
}

/** Splits a JWS. @throws {SealbearerError} `SB_FORM_MISMATCH` for a JWE, `SB_TOKEN_MALFORMED` */
export function splitJws(token: string): JwsSegments {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (second < 0 || token.indexOf('.', second + 1) >= 0) {
    if (countSegments(token) === 5) throw new SealbearerError('SB_FORM_MISMATCH', 'encrypted')
    throw notCompact(token)
  }
  return {
    protectedHeader: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    signingInput: token.slice(0, second),
  }
}

/** Splits a JWE. @throws {SealbearerError} `SB_FORM_MISMATCH` for a JWS, `SB_TOKEN_MALFORMED` */
export function splitJwe(token: string): JweSegments {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  const third = token.indexOf('.', second + 1)
  const fourth = token.indexOf('.', third + 1)
  // If a dot is missing (-1), the next search starts at the beginning again. With fewer than four dots, the
  // fourth index is therefore -1 or too small.
  if (fourth < 0 || token.indexOf('.', fourth + 1) >= 0) {
    if (countSegments(token) === 3) throw new SealbearerError('SB_FORM_MISMATCH', 'signed')
    throw notCompact(token)
  }
  return {
    protectedHeader: token.slice(0, first),
    encryptedKey: token.slice(first + 1, second),
    iv: token.slice(second + 1, third),
    ciphertext: token.slice(third + 1, fourth),
    tag: token.slice(fourth + 1),
  }
}

const encoder = new TextEncoder()

/**
 * Copies text that will be cached. Engines implement substrings as references into the original: a cached
 * segment would keep its token in memory, and a token from a cookie would keep the whole cookie header.
 */
export const standaloneCopy = (text: string): string => engine.decodeUtf8(encoder.encode(text)) ?? text
