import { checkTokenText, maxTokenSizeOption } from '../compact/segments.js'
import { SealbearerError } from '../errors.js'
import { adopt, chain, isPromise, type MaybePromise } from '../maybe-promise.js'
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
import { unverifiedIssuerOf } from './decode.js'
import {
  registerVerifier,
  type TokenCheck,
  type Verifier,
  type VerifierPolicy,
  verifierPolicy,
} from './define-verifier.js'
import { IssuerLookup } from './issuer-lookup.js'
import type { TokenUse } from './revocations.js'
import {
  type CacheLimits,
  cacheOption,
  createVerificationCache,
  type Rechecks,
  type Verification,
} from './verification.js'

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

/** A verifier for issuers that are added and removed at run time. */
export interface TenantVerifier<Claims = VerifiedClaims> extends Verifier<Claims> {
  /** Removes this issuer from the cache, known or not, so that its next token resolves it again. */
  forget(iss: string): void
}

/** The cache entry of a tenant. */
type Tenant<Claims> = Pick<VerifierPolicy<Claims>, 'check'>

const resolveIsLate = (): Error =>
  Object.assign(new Error('resolve: takes longer than timeout'), { code: 'SB_RESOLVE_LATE' })

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

/**
 * Creates a verifier that passes each signed token to the verifier of its issuer, resolved when its first token
 * arrives. An authenticator uses it like any other, alone or among several.
 *
 * The `iss` used for this is not yet verified, so it only selects: the selected verifier checks it, and no key of another
 * issuer is tried. Resolved issuers are cached; so are unknown ones, separately and for a shorter time.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @example
 * const verifier = createTenantVerifier({
 *   issuer: (iss) => iss.endsWith('.tenants.example.com'),
 *   async resolve(iss) {
 *     if (!(await tenants.has(iss))) return undefined
 *     const { issuer, keys } = discoverIssuer(iss)
 *     return createVerifier({ issuer, audience, typ: 'at+jwt', signature: { algorithms: ['ES256'], keys } })
 *   },
 * })
 */
export function createTenantVerifier<Claims = VerifiedClaims>(
  options: TenantVerifierOptions<Claims>,
): TenantVerifier<Claims> {
  checkMembers('createTenantVerifier', options, optionNames)
  const { resolve, shareLoads = !tiesIoToRequests() } = options
  if (typeof options.issuer !== 'function') {
    throw new TypeError('issuer: required: (iss) => boolean, true for every iss that may be a tenant')
  }
  if (typeof resolve !== 'function') {
    throw new TypeError('resolve: required: (iss) => the verifier of that issuer, or undefined')
  }
  if (typeof shareLoads !== 'boolean') throw new TypeError('shareLoads: must be true or false')
  const { acceptsIssuer } = issuerOption(options.issuer)
  const timeout = timeoutOption(withDefault(options.timeout, 30))
  const inTime = <T>(found: T | PromiseLike<T>): MaybePromise<T> => {
    const adopted = adopt(found)
    return isPromise(adopted) ? withinTime(timeout, resolveIsLate, () => adopted) : adopted
  }
  const keepFor = durationOption('keepFor', withDefault(options.keepFor, 3_600))
  const maxStale = durationOption('maxStale', withDefault(options.maxStale, Math.max(7_200, 2 * keepFor)))
  if (maxStale < keepFor) throw new TypeError('maxStale: must not be shorter than keepFor (by default 1h)')
  const warnOfFailure = warnOfFirstError('resolve of createTenantVerifier failed', 'SB_TENANT')
  const limits = cacheOption(options.cache)
  const cache = limits && createVerificationCache(limits)
  const tenantOf = (verifier: Verifier<Claims> | undefined, iss: string): Tenant<Claims> | undefined => {
    const policy = policyFor(verifier, iss)
    if (policy === undefined) return undefined
    // The verifications of a tenant end with it, as its verifier cannot know.
    const within = (own: Rechecks): Rechecks => ({
      recheck: (verification, token, use) =>
        acceptsIssuer(iss) && lookup.isCurrent(iss, tenant)
          ? own.recheck(verification, token, use)
          : check(token, use),
      stillHolds: (verification) => !lookup.isSuperseded(tenant) && own.stillHolds(verification),
    })
    // A separate cache per tenant would not be bounded over all tenants.
    const tenant = { check: policy.checkWith?.(cache, within) ?? checkWithin(policy, within) }
    return tenant
  }
  const lookup = new IssuerLookup<Tenant<Claims>>({
    find: (iss) => chain(inTime(resolve(iss)), (verifier) => tenantOf(verifier, iss)),
    now: secondsClock(options.now),
    maxIssuers: entriesOption('maxIssuers', withDefault(options.maxIssuers, 1_000)),
    keepFor,
    maxStale,
    unknownFor: durationOption('unknownFor', withDefault(options.unknownFor, 60)),
    share: shareLoads,
    onError: listenerOption('onError', withDefault(options.onError, warnOfFailure), 'an error'),
  })
  const maxTokenSize = maxTokenSizeOption(options.maxTokenSize)
  const check = (token: string, use?: TokenUse): MaybePromise<Verification<Claims>> => {
    checkTokenText(token, maxTokenSize)
    const iss = unverifiedIssuerOf(token)
    if (iss === null) throw new SealbearerError('SB_ISSUER_MISMATCH', 'iss')
    if (!acceptsIssuer(iss)) throw new SealbearerError('SB_ISSUER_MISMATCH')
    return chain(verifyAs(iss, token, use), (verification) => {
      if (verification !== undefined) return verification
      // The tenant was removed, or resolved again, meanwhile.
      return chain(verifyAs(iss, token, use), (again) => {
        if (again === undefined) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
        return again
      })
    })
  }
  const verifyAs = (
    iss: string,
    token: string,
    use?: TokenUse,
  ): MaybePromise<Verification<Claims> | undefined> =>
    chain(lookup.get(iss), (known) => {
      if (known === undefined) throw new SealbearerError('SB_ISSUER_MISMATCH')
      return chain(known.value.check(token, use), (verification) => {
        if (lookup.isSuperseded(known.value)) return undefined
        lookup.verified(iss, known)
        return verification
      })
    })
  return registerVerifier(
    {
      async verify(token: string) {
        return (await check(token)).token
      },
      forget: (iss: string) => lookup.forget(iss),
    },
    {
      form: 'signed',
      issuers: undefined,
      signers: 'any',
      encryption: undefined,
      acceptsIssuer,
      maxTokenSize,
      check,
      remembers: (token) => cache?.get(token) !== undefined,
    },
  )
}

/** For a verifier of the application's own, of which nothing is cached. */
const checkWithin =
  <Claims>(policy: VerifierPolicy<Claims>, within: (own: Rechecks) => Rechecks): TokenCheck<Claims> =>
  (token, use) =>
    chain(
      policy.check(token, use),
      // They are made by the tenants' verifiers, and have the same claims.
      (verification) => ({ ...verification, ...within(verification) }) as Verification<Claims>,
    )

function policyFor<Claims>(
  verifier: Verifier<Claims> | undefined,
  iss: string,
): VerifierPolicy<Claims> | undefined {
  // Databases return null for an absent row, whatever the types allow.
  if (verifier === undefined || verifier === null) return undefined
  const policy = verifierPolicy(verifier)
  if (policy.form !== 'signed') throw new TypeError('resolve: must return verifiers of signed tokens')
  if (!policy.acceptsIssuer(iss)) throw new TypeError('resolve: returned a verifier of another issuer')
  return policy
}
