import { SealbearerError } from '../errors.js'
import { isKeySet } from '../keys/key.js'
import { durationOption } from '../options.js'
import { type Duration, parseDuration } from '../time.js'
import { type JwtClaims, lastNumericDate } from './claims.js'
import type { AnyIssuerOptions } from './issuer-options.js'

/** Token lifetimes of an issuer. Seconds; `Infinity` if tokens have no `exp`. */
export interface Lifetimes {
  readonly lifetime: number
  readonly maxLifetime: number
}

/** Reads the options `lifetime`, `maxLifetime` and `exp` of an issuer. @throws {TypeError} */
export function lifetimeOptions(options: AnyIssuerOptions): Lifetimes {
  const { exp } = options
  if (exp !== undefined && exp !== 'optional') {
    throw new TypeError("exp: leave it out, and give lifetime; 'optional' issues tokens without exp")
  }
  if (exp === undefined) {
    if (options.lifetime === undefined) {
      throw new TypeError("lifetime: required, such as '15m'")
    }
    return boundedLifetimes(options, options.lifetime)
  }
  if (options.lifetime !== undefined) {
    throw new TypeError("lifetime: contradicts exp: 'optional'; leave one of them out")
  }
  const longest = longestOf(options)
  if (longest < Number.POSITIVE_INFINITY) {
    throw new TypeError(
      `exp: tokens without exp would outlive the keys of a key ring, which are trusted for ${longest} s after their last use; give lifetime`,
    )
  }
  const maxLifetime = durationOption('maxLifetime', options.maxLifetime ?? 3_600)
  return { lifetime: Number.POSITIVE_INFINITY, maxLifetime }
}

function boundedLifetimes(options: AnyIssuerOptions, wanted: Duration): Lifetimes {
  const lifetime = durationOption('lifetime', wanted)
  const longest = longestOf(options)
  const maxLifetime = durationOption('maxLifetime', options.maxLifetime ?? Math.min(3_600, longest))
  if (lifetime <= 0) throw new TypeError("lifetime: must be more than nothing, such as '15m'")
  if (Math.max(lifetime, maxLifetime) > longest) {
    throw new TypeError(
      `maxLifetime: tokens could outlive their keys, which are trusted for ${longest} s after their last use; shorten it, or raise maxTokenLifetime of the key ring`,
    )
  }
  if (lifetime > maxLifetime) {
    throw new TypeError(
      'lifetime: is longer than maxLifetime (by default 1h); shorten it, or raise maxLifetime',
    )
  }
  return { lifetime, maxLifetime }
}

/** Maximum token lifetime in seconds that the keys of an issuer allow. */
function longestOf({ signature, encryption }: AnyIssuerOptions): number {
  const limits = [signature?.keys, encryption?.keys].map((keys) =>
    isKeySet(keys) ? keys.maxTokenLifetime : undefined,
  )
  return Math.min(...limits.filter((seconds) => seconds !== undefined), Number.POSITIVE_INFINITY)
}

/**
 * The lifetime of a token issued now.
 *
 * @param wanted The lifetime requested by the call.
 * @param now Seconds.
 * @throws {SealbearerError} `SB_LIFETIME_INVALID`
 * @throws {TypeError} if the token would expire before it becomes valid.
 */
export function lifeOf(
  { lifetime, maxLifetime }: Lifetimes,
  wanted: Duration | undefined,
  { nbf }: JwtClaims,
  now: number,
): { readonly iat: number; readonly exp?: number } {
  const iat = Math.floor(now)
  if (wanted === undefined && lifetime === Number.POSITIVE_INFINITY) return { iat }
  const seconds = wanted === undefined ? lifetime : parseDuration(wanted)
  const isAllowed = seconds !== undefined && seconds > 0 && seconds <= maxLifetime
  if (!isAllowed || iat + seconds > lastNumericDate) throw new SealbearerError('SB_LIFETIME_INVALID')
  const exp = iat + seconds
  if (nbf !== undefined && nbf >= exp) throw new TypeError('claims: "nbf" must be before exp')
  return { iat, exp }
}
