import { maxTokenSizeOption } from '../compact/segments.js'
import { adopt, isPromise, type MaybePromise } from '../maybe-promise.js'
import {
  checkMembers,
  durationOption,
  entriesOption,
  listenerOption,
  timeoutOption,
  withDefault,
} from '../options.js'
import { tiesIoToRequests } from '../remote-keys/shared-loads.js'
import { type Clock, type Duration, secondsClock, withinTime } from '../time.js'
import { warnOfFirstError } from '../warning.js'
import type { VerifiedClaims } from './claims.js'
import { issuerOption } from './claims-policy.js'
import type { Verifier } from './define-verifier.js'
import type { LookupPolicy } from './issuer-lookup.js'
import { type CacheLimits, cacheOption } from './verification.js'

/** Which issuers are accepted at run time, and how they are found. */
export interface TenantVerifierOptions<Claims = VerifiedClaims> {
  /**
   * Returns `true` for every `iss` that may belong to a tenant, before any lookup: by its host or its format. Among
   * several verifiers of one authenticator it must not accept issuers of the others.
   */
  readonly issuer: (iss: string) => boolean
  /**
   * Returns the verifier of an issuer, which must be for signed tokens and accept that `iss`; `undefined` if there is no
   * such tenant. **`iss` is not verified: anyone can write any text into a token.** Look it up among your tenants, and
   * never send a request to an address only because it is in a token.
   */
  readonly resolve: (iss: string) => MaybePromise<Verifier<Claims> | undefined>
  /**
   * Maximum number of cached tenants. Beyond that, the one whose last verified token is oldest is evicted. Tenants
   * without a verified token so far are cached separately, up to a tenth of this number.
   *
   * @default 1000
   */
  readonly maxIssuers?: number | undefined
  /**
   * How many accepted tokens of all tenants together are cached; `false` turns the cache off. Replaces the `cache` of the
   * tenants' verifiers, of which only `false` is respected.
   *
   * @default 10000 tokens, 16 MiB
   */
  readonly cache?: false | CacheLimits | undefined
  /** How long a verifier is cached before it is resolved again. @default '1h' */
  readonly keepFor?: Duration | undefined
  /**
   * How long a verifier is used while `resolve` fails or does not respond, from the last successful resolution; after
   * that, the response is 503. At least `keepFor`.
   *
   * @default '2h', or twice `keepFor` if that is longer
   */
  readonly maxStale?: Duration | undefined
  /** How long the absence of a tenant is cached. @default '1m' */
  readonly unknownFor?: Duration | undefined
  /**
   * Maximum time that requests wait for `resolve`, after which it counts as failed. If a verifier is still cached, they
   * wait for half a second at most.
   *
   * @default '30s'
   */
  readonly timeout?: Duration | undefined
  /** Maximum token length in characters; each verifier has its own limit too. @default 16384 */
  readonly maxTokenSize?: number | undefined
  /**
   * Called with the error of `resolve`; the response is 503, unless a verifier is still cached.
   *
   * @default the first failure is printed as a warning
   */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Whether requests may wait for a lookup that another request started. @default everywhere but on Cloudflare Workers */
  readonly shareLoads?: boolean | undefined
  /** Where time comes from; replace it in tests. @default the system clock */
  readonly now?: Clock | undefined
}

const optionNames = [
  'issuer',
  'resolve',
  'maxIssuers',
  'cache',
  'keepFor',
  'maxStale',
  'unknownFor',
  'timeout',
  'maxTokenSize',
  'onError',
  'shareLoads',
  'now',
] as const satisfies readonly (keyof TenantVerifierOptions)[]

const resolveIsLate = (): Error =>
  Object.assign(new Error('resolve: takes longer than timeout'), { code: 'SB_RESOLVE_LATE' })

/** The options after validation. */
interface TenantPolicy<Claims> {
  readonly acceptsIssuer: (iss: string) => boolean
  /** Within the time limit. */
  readonly resolve: (iss: string) => MaybePromise<Verifier<Claims> | undefined>
  readonly lookup: LookupPolicy
  readonly cache: Required<CacheLimits> | undefined
  readonly maxTokenSize: number
}

/** Reads the options of a verifier of tenants. @throws {TypeError} */
export function tenantPolicy<Claims>(options: TenantVerifierOptions<Claims>): TenantPolicy<Claims> {
  checkMembers('createTenantVerifier', options, optionNames)
  const { issuer, resolve } = options
  if (typeof issuer !== 'function') {
    throw new TypeError('issuer: required: (iss) => boolean, true for every iss that may be a tenant')
  }
  if (typeof resolve !== 'function') {
    throw new TypeError('resolve: required: (iss) => the verifier of that issuer, or undefined')
  }
  const timeout = timeoutOption(withDefault(options.timeout, 30))
  return {
    acceptsIssuer: issuerOption(issuer).acceptsIssuer,
    resolve(iss) {
      const found = adopt(resolve(iss))
      return isPromise(found) ? withinTime(timeout, resolveIsLate, () => found) : found
    },
    lookup: lookupPolicy(options),
    cache: cacheOption(options.cache),
    maxTokenSize: maxTokenSizeOption(options.maxTokenSize),
  }
}

/** @throws {TypeError} */
function lookupPolicy(options: Omit<TenantVerifierOptions, 'resolve'>): LookupPolicy {
  const { shareLoads = !tiesIoToRequests() } = options
  if (typeof shareLoads !== 'boolean') throw new TypeError('shareLoads: must be true or false')
  const keepFor = durationOption('keepFor', withDefault(options.keepFor, 3_600))
  const maxStale = durationOption('maxStale', withDefault(options.maxStale, Math.max(7_200, 2 * keepFor)))
  if (maxStale < keepFor) throw new TypeError('maxStale: must not be shorter than keepFor (by default 1h)')
  const warnOfFailure = warnOfFirstError('resolve of createTenantVerifier failed', 'SB_TENANT')
  return {
    now: secondsClock(options.now),
    maxIssuers: entriesOption('maxIssuers', withDefault(options.maxIssuers, 1_000)),
    keepFor,
    maxStale,
    unknownFor: durationOption('unknownFor', withDefault(options.unknownFor, 60)),
    share: shareLoads,
    onError: listenerOption('onError', withDefault(options.onError, warnOfFailure), 'an error'),
  }
}
