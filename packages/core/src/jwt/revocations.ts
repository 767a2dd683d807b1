import { SealbearerError } from '../errors.js'
import type { JwtClaims } from './claims.js'

/** How a token is used: `sent` by a client, or the server's `own` use of one that it has just issued. */
export type TokenUse = 'sent' | 'own'

/** Known revocations, as created by `createRevocations` of `@sealbearer/sessions`. */
export interface TokenRevocations {
  /**
   * Whether a verified token is revoked.
   *
   * @param use `'own'` if this server uses a token that it has just issued to a client.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` if this is unknown.
   */
  isRevoked(claims: JwtClaims, use?: TokenUse): boolean
  /**
   * Calls `revoked` once when a token with these claims is revoked.
   *
   * @returns A function that ends the subscription.
   */
  watch?(claims: JwtClaims, revoked: () => void): () => void
}

/** Throws `SB_TOKEN_REVOKED` if the token of a verification is revoked. */
export type RevocationCheck = (
  verification: { readonly claims: JwtClaims },
  use: TokenUse | undefined,
) => void

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
    // A promise, or undefined, must not count as `false`.
    if (isRevoked !== false) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'revocations')
  }
}
