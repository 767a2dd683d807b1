import { checkTokenSize, defaultMaxTokenSize } from '../compact/segments.js'
import { SealbearerError } from '../errors.js'
import { adopt, chain, isPromise, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, countOption, durationOption, entriesOption, listenerOption } from '../options.js'
import { timeoutOption } from '../remote-keys/remote-key-set-options.js'
import { tiesIoToRequests } from '../remote-keys/shared-loads.js'
import { type Clock, type Duration, secondsClock, withinTime } from '../time.js'
import type { VerifiedClaims } from './claims.js'
import { unverifiedIssuer } from './decode.js'
import { IssuerLookup } from './issuer-lookup.js'
import { issuerOption } from './validate.js'
import type { Verdict } from './verdict.js'
import { registerVerifier, type Verifier, type VerifierPolicy, verifierPolicy } from './verifier.js'

/** Which issuers there are at run time, and how they are found. */
export interface TenantVerifierOptions<Claims = VerifiedClaims> {
  /**
   * Says `true` to every `iss` that may be a tenant's, before anything is looked up: by its host, by its form.
   * Among several verifiers of one authenticator it must not take those of the others.
   */
  readonly issuer: (iss: string) => boolean
  /**
   * Finds the verifier of an issuer, which must be for signed tokens and take that `iss`; `undefined` where
   * there is no such tenant. **`iss` is whatever a stranger wrote into a token**: look it up among your tenants,
   * and never make a request to an address only because it stands there.
   */
  readonly resolve: (iss: string) => MaybePromise<Verifier<Claims> | undefined>
  /** Tenants whose verifier is kept; beyond, the one not used for longest goes. @default 1000 */
  readonly maxIssuers?: number | undefined
  /** How long a verifier is kept before it is resolved again. @default '1h' */
  readonly keepFor?: Duration | undefined
  /** How long it is kept that there is no such tenant. @default '1m' */
  readonly unknownFor?: Duration | undefined
  /** The longest that requests wait for `resolve`; then it counts as failed. @default '30s' */
  readonly timeout?: Duration | undefined
  /** Characters of the longest token that is looked at; each verifier has its own limit beside. @default 16384 */
  readonly maxTokenSize?: number | undefined
  /** Told what `resolve` throws; the request is answered 503. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Whether requests may wait for a lookup that another began. @default everywhere but on Cloudflare Workers */
  readonly shareLoads?: boolean | undefined
  readonly now?: Clock | undefined
}

/** A verifier for issuers that come and go. */
export interface TenantVerifier<Claims = VerifiedClaims> extends Verifier<Claims> {
  /** Drops what is kept of an issuer, known or not, so that the next token has it resolved again. */
  forget(iss: string): void
}

const resolveIsLate = (): Error => new Error('resolve: takes longer than timeout')

const members = [
  'issuer',
  'resolve',
  'maxIssuers',
  'keepFor',
  'unknownFor',
  'timeout',
  'maxTokenSize',
  'onError',
  'shareLoads',
  'now',
]

/**
 * Makes a verifier that gives each signed token to the verifier of its issuer, found when its first token
 * comes. An authenticator takes it like any other, alone or among several.
 *
 * The `iss` it goes by is not verified yet, so it only ever chooses: the verifier chosen checks it, and no key
 * of another issuer is tried. What was found is kept, and so is, for a shorter time and apart, what was not.
 *
 * @throws {TypeError} for an option that is missing, unknown or wrong.
 * @example
 * const verifier = createTenantVerifier({
 *   issuer: (iss) => iss.endsWith('.tenants.example.com'),
 *   async resolve(iss) {
 *     if (!(await tenants.has(iss))) return undefined
 *     const { issuer, keys } = await discoverIssuer(iss)
 *     return createVerifier({ issuer, audience, typ: 'at+jwt', signature: { algorithms: ['ES256'], keys } })
 *   },
 * })
 */
export function createTenantVerifier<Claims = VerifiedClaims>(
  options: TenantVerifierOptions<Claims>,
): TenantVerifier<Claims> {
  checkMembers('createTenantVerifier', options, members)
  const { resolve, shareLoads = !tiesIoToRequests() } = options
  if (typeof options.issuer !== 'function') {
    throw new TypeError('issuer: required: (iss) => boolean, true for every iss that may be a tenant')
  }
  if (typeof resolve !== 'function') {
    throw new TypeError('resolve: required: (iss) => the verifier of that issuer, or undefined')
  }
  if (typeof shareLoads !== 'boolean') throw new TypeError('shareLoads: must be true or false')
  const { takesIssuer } = issuerOption(options.issuer)
  const timeout = timeoutOption(options.timeout ?? 30)
  const inTime = <T>(found: T | PromiseLike<T>): MaybePromise<T> => {
    const adopted = adopt(found)
    return isPromise(adopted) ? withinTime(timeout, resolveIsLate, () => adopted) : adopted
  }
  const lookup = new IssuerLookup<VerifierPolicy<Claims>>({
    find: (iss) => chain(inTime(resolve(iss)), (verifier) => policyFor(verifier, iss)),
    now: secondsClock(options.now),
    maxIssuers: entriesOption('maxIssuers', options.maxIssuers ?? 1_000),
    keepFor: durationOption('keepFor', options.keepFor ?? 3_600),
    unknownFor: durationOption('unknownFor', options.unknownFor ?? 60),
    share: shareLoads,
    onError: listenerOption('onError', options.onError, 'an error'),
  })
  const maxTokenSize = countOption('maxTokenSize', options.maxTokenSize ?? defaultMaxTokenSize, 1)
  const check = (token: string): MaybePromise<Verdict<Claims>> => {
    checkTokenSize(token, maxTokenSize)
    const iss = issuerOf(token)
    if (!takesIssuer(iss)) throw new SealbearerError('SB_ISSUER_MISMATCH')
    return chain(lookup.get(iss), (policy) => {
      if (policy === undefined) throw new SealbearerError('SB_ISSUER_MISMATCH')
      return policy.check(token)
    })
  }
  return registerVerifier(
    Object.freeze({
      async verify(token: string) {
        return (await check(token)).token
      },
      forget: (iss: string) => lookup.forget(iss),
    }),
    { form: 'signed', issuers: undefined, takesIssuer, envelope: undefined, maxTokenSize, check },
  )
}

function policyFor<Claims>(
  verifier: Verifier<Claims> | undefined,
  iss: string,
): VerifierPolicy<Claims> | undefined {
  // Databases say null for a row that is not there, whatever the types allow.
  if (verifier === undefined || verifier === null) return undefined
  const policy = verifierPolicy(verifier)
  if (policy.form !== 'signed') throw new TypeError('resolve: must give verifiers of signed tokens')
  if (!policy.takesIssuer(iss)) throw new TypeError('resolve: gave a verifier of another issuer')
  return policy
}

function issuerOf(token: string): string {
  const [, claimsSegment = '', ...more] = token.split('.', 6)
  // What is in an envelope cannot be seen, and so not who it is from.
  if (more.length === 3) throw new SealbearerError('SB_FORM_MISMATCH')
  return unverifiedIssuer(claimsSegment)
}
