import { SealbearerError } from '../errors.js'
import type { Verdict } from '../jwt/verdict.js'
import { atDeadline } from './deadlines.js'

/** When a token expires, in seconds since the epoch; `undefined` for one without `exp`. */
export function expiryOf({ claims, outerClaims }: Verdict<unknown>): number | undefined {
  const ends = [claims.exp, outerClaims?.exp].filter((exp) => exp !== undefined)
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** One for each verified token, which its requests have in common: their number costs nothing. */
const signals = new WeakMap<Verdict<unknown>, AbortSignal>()

/**
 * The signal of a token: it fires when the token expires, or is revoked where its verifier has `revocations`. The reason
 * is a {@link SealbearerError} `SB_TOKEN_EXPIRED` or `SB_TOKEN_REVOKED`. It is kept until then, whoever else forgets it.
 */
export function signalOf(verdict: Verdict<unknown>): AbortSignal {
  const known = signals.get(verdict)
  if (known !== undefined) return known
  const controller = new AbortController()
  signals.set(verdict, controller.signal)
  const expiry = expiryOf(verdict)
  // Without an end, nothing would ever let go of it.
  if (expiry === undefined) return controller.signal

  const endings: (() => void)[] = []
  const end = (code: 'SB_TOKEN_EXPIRED' | 'SB_TOKEN_REVOKED'): void => {
    for (const ending of endings.splice(0)) ending()
    controller.abort(new SealbearerError(code))
  }
  const remaining = (expiry - verdict.now()) * 1000
  endings.push(atDeadline(remaining, () => end('SB_TOKEN_EXPIRED')))
  const unwatch = verdict.revocations?.watch?.(verdict.claims, () => end('SB_TOKEN_REVOKED'))
  if (unwatch !== undefined) endings.push(unwatch)
  return controller.signal
}
