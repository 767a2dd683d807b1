import { standaloneCopy } from '../compact/segments.js'
import { isSealbearerError, SealbearerError } from '../errors.js'
import type { JwtClaims } from '../jwt/claims.js'
import type { TokenRevocations } from '../jwt/revocations.js'
import type { Verification } from '../jwt/verification.js'
import { atDeadline } from './deadlines.js'

/**
 * When a token expires, in seconds since the epoch: at its `exp`, or when its verifier no longer accepts its age;
 * `undefined` for one that has no end.
 */
export function expiryOf({ claims, outerClaims, maxTokenAge }: Verification<unknown>): number | undefined {
  const { exp, iat } = claims
  const oldest = maxTokenAge === undefined || iat === undefined ? undefined : iat + maxTokenAge
  const ends = [exp, outerClaims?.exp, oldest].filter((end) => end !== undefined)
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** The signal of each verification. A cached one is the same object for all requests with its token. */
const signals = new WeakMap<Verification<unknown>, AbortSignal>()

/** Signals that have not fired, by verifier, which its clock identifies, and by token. */
const pending = new WeakMap<Verification<unknown>['now'], Map<string, AbortSignal>>()

/**
 * The signal of a token: it aborts when the token expires, or is revoked if its verifier has `revocations`. The reason is
 * a {@link SealbearerError} `SB_TOKEN_EXPIRED` or `SB_TOKEN_REVOKED`. It is retained until then, even without other
 * references, and shared by all requests with the token, so that their number does not matter.
 */
export function signalOf(verification: Verification<unknown>, token: string): AbortSignal {
  const known = signals.get(verification) ?? pending.get(verification.now)?.get(token)
  // Within the clock tolerance, a token is accepted after its signal has fired. That request needs another signal.
  const reason: unknown = known?.reason
  const isOver = isSealbearerError(reason) && reason.code === 'SB_TOKEN_EXPIRED'
  const signal = known === undefined || isOver ? createSignal(verification, standaloneCopy(token)) : known
  signals.set(verification, signal)
  return signal
}

function createSignal(verification: Verification<unknown>, token: string): AbortSignal {
  const { revocations, claims, now } = verification
  const controller = new AbortController()
  const { signal } = controller
  allowManyListeners(signal)
  const expiry = expiryOf(verification)
  // Without an end, it would be retained forever.
  if (expiry === undefined) return signal

  const others = pending.get(now) ?? new Map<string, AbortSignal>()
  pending.set(now, others.set(token, signal))
  const endings = [(): void => void others.delete(token)]
  const end = (code: 'SB_TOKEN_EXPIRED' | 'SB_TOKEN_REVOKED'): void => {
    for (const ending of endings.splice(0)) ending()
    controller.abort(new SealbearerError(code))
  }
  endings.push(atDeadline((expiry - now()) * 1000, () => end('SB_TOKEN_EXPIRED')))
  const unwatch = revocations?.watch?.(claims, () => end('SB_TOKEN_REVOKED'))
  if (unwatch !== undefined) endings.push(unwatch)
  if (revocations !== undefined && isRevokedNow(revocations, claims)) end('SB_TOKEN_REVOKED')
  return signal
}

/** Between the decision and the first use of the signal, a handler may have waited. */
function isRevokedNow(revocations: TokenRevocations, claims: JwtClaims): boolean {
  try {
    return revocations.isRevoked(claims, 'own')
  } catch {
    // Unknown while the store is unavailable; the next request is rejected then.
    return false
  }
}

/** Node 20 warns about a leak at the eleventh listener, and a token can have more streams than ten. */
function allowManyListeners(signal: AbortSignal): void {
  const find: unknown = globalThis.process?.getBuiltinModule
  if (typeof find !== 'function') return
  globalThis.process.getBuiltinModule('node:events')?.setMaxListeners?.(0, signal)
}
