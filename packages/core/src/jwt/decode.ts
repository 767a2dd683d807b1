import { engine } from '#crypto'
import { type JsonObject, parseJsonObject } from '../compact/json.js'
import type { JoseHeader } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'

declare const unverified: unique symbol

/** Marks unverified data: suitable for logs and display, never for a decision. */
export type Unverified<T> = T & { readonly [unverified]: true }

/** The readable parts of a token, unverified. */
export interface DecodedToken {
  /** From the number of segments only; the content of an encrypted token is not visible. */
  readonly form: 'signed' | 'encrypted or nested'
  readonly protectedHeader: JoseHeader | undefined
  /** `undefined` for an encrypted token, and for a payload that is not a JSON object. */
  readonly claims: JsonObject | undefined
}

/**
 * Returns what anyone can read in a token, for diagnostics. Verifies nothing: neither the signature nor the key, nor
 * the issuer, nor the lifetime. Anyone can have written all of it.
 *
 * @returns `undefined` for text that is not a token. Never throws.
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
  // The mark exists only in the type system.
  return decoded as Unverified<DecodedToken>
}

const readObject = (segment: string): JsonObject | undefined =>
  parseJsonObject(engine.decodeBase64urlText(segment))

/**
 * Reads the unverified `iss` of a JWS to select a verifier, which then checks it.
 *
 * @returns `null` if there is no `iss`.
 * @throws {SealbearerError} `SB_TOKEN_MALFORMED`, `SB_ISSUER_MISMATCH` if it is not a string.
 */
export function unverifiedIssuer(claimsSegment: string): string | null {
  const claims = parseJsonObject(engine.decodeBase64urlText(claimsSegment))
  if (claims === undefined) throw new SealbearerError('SB_TOKEN_MALFORMED')
  const { iss } = claims
  if (iss === undefined) return null
  if (typeof iss !== 'string') throw new SealbearerError('SB_ISSUER_MISMATCH', 'iss')
  return iss
}

/**
 * The same for a whole token, which may have any form.
 *
 * @throws {SealbearerError} also `SB_FORM_MISMATCH` for an encrypted token, whose issuer is not readable.
 */
export function unverifiedIssuerOf(token: string): string | null {
  const [, claimsSegment = '', ...more] = token.split('.', 6)
  if (more.length === 3) throw new SealbearerError('SB_FORM_MISMATCH', 'encrypted')
  return unverifiedIssuer(claimsSegment)
}
