import { SealbearerError } from '../errors.js'
import { adopt, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { withinTime } from '../time.js'
import type { Verdict, VerifiedToken } from './verdict.js'

/** Maximum time in seconds that a request waits for `revoked`. */
const timeLimit = 5

const isLate = (): Error => new SealbearerError('SB_STORE_UNAVAILABLE', 'revoked')

/** Returns a verdict unless its token is revoked. */
export type RevokedCheck = (verdict: Verdict<unknown>) => MaybePromise<Verdict<unknown>>

/**
 * Reads the option `revoked`.
 *
 * The check fails closed: only `false` accepts a token, `true` rejects it with `SB_TOKEN_REVOKED`, and anything else (an
 * exception, a rejection, another value, a timeout) results in `SB_STORE_UNAVAILABLE`.
 *
 * @throws {TypeError} for anything but a function.
 */
export function revokedOption<Claims>(
  revoked: ((verified: VerifiedToken<Claims>) => MaybePromise<boolean>) | undefined,
): RevokedCheck | undefined {
  if (revoked === undefined) return undefined
  if (typeof revoked !== 'function') {
    throw new TypeError('revoked: must be a function that returns true for a verified token to refuse')
  }
  const ask = (verdict: Verdict<unknown>): MaybePromise<unknown> => {
    // The function was written for the claims type of this verifier.
    const verified = verdict.token as VerifiedToken<Claims>
    const answer: MaybePromise<unknown> = adopt(revoked(verified))
    return isPromise(answer) ? withinTime(timeLimit, isLate, () => answer) : answer
  }
  return (verdict) =>
    chainOrRecover(
      () => ask(verdict),
      (answer) => {
        if (answer === false) return verdict
        if (answer === true) throw new SealbearerError('SB_TOKEN_REVOKED')
        throw new SealbearerError('SB_STORE_UNAVAILABLE', 'revoked')
      },
      () => {
        throw new SealbearerError('SB_STORE_UNAVAILABLE', 'revoked')
      },
    )
}
