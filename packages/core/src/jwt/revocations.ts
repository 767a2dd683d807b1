import { isSealbearerError, SealbearerError } from '../errors.js'
import { ignoreRejection } from '../maybe-promise.js'
import type { JwtClaims } from './claims.js'

/** How a token is used: `sent` by a client, or the server's `own` use of one that it has just issued. */
export type TokenUse = 'sent' | 'own'

/** Known revocations, as created by `createRevocations` of `@sealbearer/sessions`. */
export interface TokenRevocations {
  /** Seconds after its `exp` for which a token is still known to be revoked. @default forever */
  readonly maxClockTolerance?: number
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
 * @param clockTolerance That of the verifier, in seconds.
 * @throws {TypeError} for anything but revocations, and for those that are forgotten while tokens are still accepted.
 */
export function revocationsOption(
  revocations: TokenRevocations | undefined,
  clockTolerance: number,
): RevocationCheck | undefined {
  if (revocations === undefined) return undefined
  if (typeof revocations?.isRevoked !== 'function') {
    throw new TypeError(
      'revocations: must come from createRevocations; for a function of your own use `revoked`',
    )
  }
  const { maxClockTolerance = Number.POSITIVE_INFINITY } = revocations
  if (clockTolerance > maxClockTolerance) {
    throw new TypeError(
      `clockTolerance: must be at most ${maxClockTolerance} seconds with these revocations, which are forgotten then; lower it`,
    )
  }
  return ({ claims }, use) => {
    let isRevoked: unknown
    try {
      isRevoked = revocations.isRevoked(claims, use)
    } catch (error) {
      // It says nothing about the token, whatever its code.
      throw isSealbearerError(error) && error.status === 503 ? error : unknown()
    }
    if (isRevoked === true) throw new SealbearerError('SB_TOKEN_REVOKED')
    if (isRevoked === false) return
    // A promise, or undefined, must not count as `false`.
    ignoreRejection(isRevoked)
    throw unknown()
  }
}

const unknown = (): SealbearerError => new SealbearerError('SB_STORE_UNAVAILABLE', 'revocations')
