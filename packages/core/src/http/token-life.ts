import { SealbearerError } from '../errors.js'
import type { Verification } from '../jwt/verification.js'
import { atDeadline } from './deadlines.js'

/** When a token expires, in seconds since the epoch; `undefined` for one without `exp`. */
export function expiryOf({ claims, outerClaims }: Verification<unknown>): number | undefined {
  const ends = [claims.exp, outerClaims?.exp].filter((exp) => exp !== undefined)
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** One per verified token, shared by its requests, so that their number does not matter. */
const signals = new WeakMap<Verification<unknown>, AbortSignal>()

/**
 * The signal of a token: it aborts when the token expires, or is revoked if its verifier has `revocations`. The reason is
 * a {@link SealbearerError} `SB_TOKEN_EXPIRED` or `SB_TOKEN_REVOKED`. It is retained until then, even without other
 * references.
 */
export function signalOf(verification: Verification<unknown>): AbortSignal {
  const known = signals.get(verification)
  if (known !== undefined) return known
  const controller = new AbortController()
  signals.set(verification, controller.signal)
  const expiry = expiryOf(verification)
  // Without an end, it would be retained forever.
  if (expiry === undefined) return controller.signal

  const endings: (() => void)[] = []
  const end = (code: 'SB_TOKEN_EXPIRED' | 'SB_TOKEN_REVOKED'): void => {
    for (const ending of endings.splice(0)) ending()
    controller.abort(new SealbearerError(code))
  }
  const remaining = (expiry - verification.now()) * 1000
  endings.push(atDeadline(remaining, () => end('SB_TOKEN_EXPIRED')))
  const unwatch = verification.revocations?.watch?.(verification.claims, () => end('SB_TOKEN_REVOKED'))
  if (unwatch !== undefined) endings.push(unwatch)
  return controller.signal
}
