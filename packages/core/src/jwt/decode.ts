import { engine } from '#crypto'
import { type JsonObject, parseJsonObject } from '../compact/json.js'
import type { JoseHeader } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'

declare const unverified: unique symbol

/** Marks what nobody has vouched for: fit for a log or a person's eyes, never for a decision. */
export type Unverified<T> = T & { readonly [unverified]: true }

/** What anyone can read in a token. */
export interface DecodedToken {
  /** By the number of its parts alone; what is in an envelope cannot be seen. */
  readonly form: 'signed' | 'encrypted or nested'
  readonly protectedHeader: JoseHeader | undefined
  /** `undefined` for an envelope, and for a payload that is no JSON object. */
  readonly claims: JsonObject | undefined
}

/**
 * Shows what anyone can read in a token, for diagnostics. Checks nothing: neither signature nor key, nor
 * who it is from, nor whether it is still valid. Anyone can have written every word of it.
 *
 * @returns `undefined` for text that has not the shape of a token. Never throws.
 */
export function decodeUnverified(token: string): Unverified<DecodedToken> | undefined {
  if (typeof token !== 'string') return undefined
  const segments = token.split('.', 6)
  const [header = '', payload = ''] = segments
  const isJws = segments.length === 3
  if (!isJws && segments.length !== 5) return undefined
  const decoded: DecodedToken = {
    form: isJws ? 'signed' : 'encrypted or nested',
    protectedHeader: readObject(header),
    claims: isJws ? readObject(payload) : undefined,
  }
  // The mark exists for the type checker only.
  return decoded as Unverified<DecodedToken>
}

const readObject = (segment: string): JsonObject | undefined =>
  parseJsonObject(engine.decodeBase64urlText(segment))

/**
 * Reads the `iss` of a JWS before anybody has vouched for it, to choose a verifier by, which then checks it.
 *
 * @returns `null` where there is none.
 * @throws {SealbearerError} `SB_TOKEN_MALFORMED`, `SB_ISSUER_MISMATCH` for one that is not text.
 */
export function unverifiedIssuer(claimsSegment: string): string | null {
  const claims = parseJsonObject(engine.decodeBase64urlText(claimsSegment))
  if (claims === undefined) throw new SealbearerError('SB_TOKEN_MALFORMED')
  const { iss } = claims
  if (iss === undefined) return null
  if (typeof iss !== 'string') throw new SealbearerError('SB_ISSUER_MISMATCH', 'iss')
  return iss
}
