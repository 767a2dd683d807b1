import { engine } from '#crypto'
import { isJsonObject, isWellFormed, ownMember } from '../compact/json.js'
import type { ProtectedHeader } from '../compact/protected-header.js'
import { SealbearerError } from '../errors.js'
import { checkMembers } from '../options.js'
import { type JwtClaims, registeredClaimNames } from './claims.js'
import { readClaims } from './validate.js'

/** Extracts the signed JWT, not yet verified, from a decrypted token. */
export function innerToken(plaintext: Uint8Array): string {
  const token = engine.decodeUtf8(plaintext)
  if (token === undefined) throw new SealbearerError('SB_TOKEN_MALFORMED')
  return token
}

/**
 * Extracts the signed JWT from a claim of an encrypted JWT. Of the outer claims only this string is used, and `exp` and
 * `nbf` if present.
 *
 * @throws {SealbearerError} `SB_CLAIMS_INVALID`, `SB_NESTED_CLAIM`, `SB_TOKEN_EXPIRED`, `SB_TOKEN_NOT_YET_VALID`
 */
export function innerTokenOfClaim(
  plaintext: Uint8Array,
  claim: string,
): { readonly token: string; readonly outerClaims: JwtClaims } {
  const outerClaims = readClaims(engine.decodeUtf8(plaintext))
  const token = ownMember(outerClaims, claim)
  if (typeof token !== 'string') throw new SealbearerError('SB_NESTED_CLAIM', claim)
  return { token, outerClaims }
}

/**
 * Compares claims replicated in the JWE header with those inside (RFC 7519 §5.3).
 *
 * @throws {SealbearerError} `SB_HEADER_CLAIM_MISMATCH`
 */
export function checkRepeatedClaims(header: ProtectedHeader, claims: JwtClaims): void {
  for (const name of registeredClaimNames) {
    if (Object.hasOwn(header, name) && !isSameJson(header[name], claims[name])) {
      throw new SealbearerError('SB_HEADER_CLAIM_MISMATCH', name)
    }
  }
}

function isSameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSameJson(item, b[i]))
  }
  // No registered claim is an object, so one in the header never matches.
  return !isJsonObject(a) && a === b
}

/**
 * Reads the `encryption.nesting` option: the name of the claim that contains the signed token.
 *
 * @returns `undefined` if the signed token is the plaintext itself.
 * @throws {TypeError}
 */
export function nestingClaimOption(nesting: unknown): string | undefined {
  if (nesting === undefined) return undefined
  checkMembers('encryption.nesting', nesting, ['claim'])
  const claim: unknown =
    typeof nesting === 'object' && nesting !== null && 'claim' in nesting && nesting.claim
  const isName = typeof claim === 'string' && claim !== '' && claim !== '__proto__' && isWellFormed(claim)
  if (!isName || registeredClaimNames.includes(claim)) {
    throw new TypeError("encryption.nesting.claim: must be a claim name of your own, such as 'token'")
  }
  return claim
}
