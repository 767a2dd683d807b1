import { SealbearerError } from '../errors.js'
import type { JwtClaims } from './claims.js'

/** How a token is used: a client has `sent` it, or it is the server's `own` use of one that it has just made. */
export type TokenUse = 'sent' | 'own'

/** Revocations of tokens that this process knows of, as `createRevocations` of `@sealbearer/sessions` makes them. */
export interface TokenRevocations {
  /**
   * Whether a verified token is refused.
   *
   * @param use `'own'` where this server uses a token that it has just made for a client.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` where it cannot say.
   */
  isRevoked(claims: JwtClaims, use?: TokenUse): boolean
  /**
   * Calls `revoked` when a token with these claims is revoked, once.
   *
   * @returns a function that ends it.
   */
  watch?(claims: JwtClaims, revoked: () => void): () => void
}

/** Throws `SB_TOKEN_REVOKED` for the token of a verdict that is revoked. */
export type RevocationCheck = (verdict: { readonly claims: JwtClaims }, use: TokenUse | undefined) => void

/**
 * Reads the option `revocations`.
 *
 * @throws {TypeError} for anything but revocations.
 */
export function revocationsOption(revocations: TokenRevocations | undefined): RevocationCheck | undefined {
  if (revocations === undefined) return undefined
  if (typeof revocations?.isRevoked !== 'function') {
    throw new TypeError(
      'revocations: must come from createRevocations; for a function of your own use `revoked`',
    )
  }
  return ({ claims }, use) => {
    const isRevoked: unknown = revocations.isRevoked(claims, use)
    if (isRevoked === true) throw new SealbearerError('SB_TOKEN_REVOKED')
    // A promise, or nothing, must not pass for `false`.
    if (isRevoked !== false) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'revocations')
  }
}
