import { checkTokenText } from '../compact/segments.js'
import { SealbearerError } from '../errors.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import type { VerifiedClaims } from './claims.js'
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
import { type TenantVerifierOptions, tenantPolicy } from './tenant-verifier-options.js'
import { createVerificationCache, type Rechecks, type Verification } from './verification.js'

/** A verifier for issuers that are added and removed at run time. */
export interface TenantVerifier<Claims = VerifiedClaims> extends Verifier<Claims> {
  /** Removes this issuer from the cache, known or not, so that its next token resolves it again. */
  forget(iss: string): void
}

/** The cache entry of a tenant. */
type Tenant<Claims> = Pick<VerifierPolicy<Claims>, 'check'>

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
  const { acceptsIssuer, resolve, lookup: limits, cache: cacheLimits, maxTokenSize } = tenantPolicy(options)
  const cache = cacheLimits && createVerificationCache(cacheLimits)
  const lookup = new IssuerLookup<Tenant<Claims>>({
    ...limits,
    find: (iss) => chain(resolve(iss), (verifier) => tenantOf(verifier, iss)),
  })

  function tenantOf(verifier: Verifier<Claims> | undefined, iss: string): Tenant<Claims> | undefined {
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

  function check(token: string, use?: TokenUse): MaybePromise<Verification<Claims>> {
    checkTokenText(token, maxTokenSize)
    const iss = unverifiedIssuerOf(token)
    if (iss === null) throw new SealbearerError('SB_ISSUER_MISMATCH', 'iss')
    if (!acceptsIssuer(iss)) throw new SealbearerError('SB_ISSUER_MISMATCH')
    return chain(verifyByTenant(lookup, iss, token, use), (verification) => {
      if (verification !== undefined) return verification
      return chain(verifyByTenant(lookup, iss, token, use), (again) => {
        if (again === undefined) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
        return again
      })
    })
  }

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

/** @returns `undefined` if the tenant was removed, or resolved again, while its token was verified. */
const verifyByTenant = <Claims>(
  lookup: IssuerLookup<Tenant<Claims>>,
  iss: string,
  token: string,
  use: TokenUse | undefined,
): MaybePromise<Verification<Claims> | undefined> =>
  chain(lookup.get(iss), (known) => {
    if (known === undefined) throw new SealbearerError('SB_ISSUER_MISMATCH')
    return chain(known.value.check(token, use), (verification) => {
      if (lookup.isSuperseded(known.value)) return undefined
      lookup.verified(iss, known)
      return verification
    })
  })

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
