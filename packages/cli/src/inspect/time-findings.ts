import { type Finding, risky, wrong } from './finding.js'
import type { Members } from './inspected-token.js'

/** The year 5138; in milliseconds, 1973. */
const latestSeconds = 100_000_000_000
const day = 86_400

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** A duration in words. */
const spanOf = (seconds: number): string =>
  seconds < 120
    ? `${Math.round(seconds)} s`
    : seconds < 2 * 3_600
      ? `${Math.round(seconds / 60)} min`
      : seconds < 2 * day
        ? `${Math.round(seconds / 3_600)} h`
        : `${Math.round(seconds / day)} days`

/** What is wrong with the times of claims. */
export function timeFindings(claims: Members, now: number): readonly (Finding | false)[] {
  const { exp, nbf, iat, htu } = claims
  const start = isTime(iat) ? iat : now
  // A DPoP proof ends by its iat (RFC 9449 §4.2).
  const isProof = htu !== undefined && exp === undefined
  return [
    exp === undefined &&
      !isProof &&
      wrong('exp', 'it never expires', 'steals it once, from a log or a backup, and uses it forever'),
    ...(['exp', 'nbf', 'iat'] as const).map(
      (name) => claims[name] !== undefined && !isTime(claims[name]) && wrong(name, 'not a number of seconds'),
    ),
    isTime(exp) && exp <= now && wrong('exp', `expired ${spanOf(now - exp)} ago`),
    isTime(exp) &&
      exp > latestSeconds &&
      wrong(
        'exp',
        'looks like milliseconds; claims count seconds',
        'uses a stolen token for thousands of years',
      ),
    isTime(nbf) && nbf > now && wrong('nbf', `not valid for another ${spanOf(nbf - now)}`),
    isTime(nbf) && isTime(exp) && nbf >= exp && wrong('nbf', 'begins after it ends: it is never valid'),
    isTime(iat) && iat > now + 60 && wrong('iat', 'issued in the future: a clock is wrong'),
    isTime(exp) &&
      exp > now &&
      exp <= latestSeconds &&
      exp - start > day &&
      risky(
        'exp',
        `lives for ${spanOf(exp - start)}`,
        'has that long to use a stolen token; only a revocation list ends it earlier',
      ),
  ]
}

/** How long claims are valid, in one line. */
export function timeLeft({ exp, nbf, iat }: Members, now: number): string {
  if (!isTime(exp)) return 'no end'
  if (exp <= now) return `expired ${spanOf(now - exp)} ago`
  const whole = isTime(iat) && exp > iat ? ` of ${spanOf(exp - iat)}` : ''
  return isTime(nbf) && nbf > now ? `begins in ${spanOf(nbf - now)}` : `${spanOf(exp - now)} left${whole}`
}
