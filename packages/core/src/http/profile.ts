import { SealbearerError } from '../errors.js'
import type { VerifierPolicy } from '../jwt/define-verifier.js'
import type { Verification } from '../jwt/verification.js'
import { chain } from '../maybe-promise.js'
import { oneOf } from '../options.js'
import type { Scheme } from './scheme.js'

/** A profile for resource servers: the Model Context Protocol, or the FAPI 2.0 Security Profile. */
export type ResourceProfile = 'mcp' | 'fapi2'

/** The options that a profile checks. */
interface ProfileFacts {
  readonly policies: readonly VerifierPolicy<unknown>[]
  readonly schemes: readonly Scheme[]
  /** Whether every source of credentials is the Authorization header. */
  readonly readsAuthorizationAlone: boolean
  readonly readsCertificates: boolean
  readonly requireHttps: boolean
  readonly ignoresConfirmation: boolean
  /** The resource's identifier, and the scopes that it publishes. */
  readonly resource: string | undefined
  readonly scopes: readonly string[]
}

type Rule = readonly [
  option: string,
  clause: string,
  isContrary: (facts: ProfileFacts) => boolean,
  wayOut: string,
]

/** FAPI 2.0 Security Profile §5.4.1. */
const fapiAlgorithms = new Set<string>(['PS256', 'ES256', 'EdDSA', 'Ed25519'])

/** The names in an option `audience`; none if it accepts any. */
function audiencesOf({ configured }: VerifierPolicy<unknown>): readonly unknown[] | undefined {
  if (configured === undefined) return undefined
  const { audience } = configured
  if (audience === null || audience === 'any') return []
  const isOnly = typeof audience === 'object' && !Array.isArray(audience) && audience !== null
  return [isOnly ? Reflect.get(audience, 'only') : audience].flat()
}

const rules: Readonly<Record<ResourceProfile, readonly Rule[]>> = {
  mcp: [
    [
      'resource',
      'MCP authorization, Protected Resource Metadata Discovery Requirements',
      ({ resource }) => resource === undefined,
      'servers publish metadata; set resource',
    ],
    [
      'credentials',
      'MCP authorization, Token Requirements',
      ({ readsAuthorizationAlone }) => !readsAuthorizationAlone,
      'clients send tokens in the Authorization header; use bearer() or dpop()',
    ],
    [
      'audience',
      'MCP authorization, Token Audience Binding and Validation',
      ({ policies, resource }) =>
        policies.some((policy) => audiencesOf(policy)?.includes(resource) === false),
      'tokens are for this server only; set the audience of the verifier to resource.identifier',
    ],
    [
      'resource.scopes',
      'MCP authorization, Refresh Tokens',
      ({ scopes }) => scopes.includes('offline_access'),
      'refresh tokens are not required by a resource; remove offline_access',
    ],
  ],
  fapi2: [
    [
      'credentials',
      'FAPI 2.0 Security Profile §5.3.4',
      ({ readsAuthorizationAlone }) => !readsAuthorizationAlone,
      'tokens come in the Authorization header; use dpop(), or bearer() with clientCertificate',
    ],
    [
      'credentials',
      'FAPI 2.0 Security Profile §5.3.4',
      ({ schemes, readsCertificates }) =>
        !readsCertificates && schemes.every(({ confirmation }) => confirmation === undefined),
      'tokens are bound to their sender; add dpop() or clientCertificate',
    ],
    [
      'confirmation',
      'FAPI 2.0 Security Profile §5.3.4',
      ({ ignoresConfirmation }) => ignoresConfirmation,
      'bindings are checked; remove it',
    ],
    [
      'requireHttps',
      'FAPI 2.0 Security Profile §5.2.1',
      ({ requireHttps }) => !requireHttps,
      'endpoints are protected by TLS; remove it, and behind a proxy configure the framework to trust it',
    ],
    [
      'signature.algorithms',
      'FAPI 2.0 Security Profile §5.4.1',
      ({ policies }) =>
        policies.some(({ configured }) => configured?.algorithms?.some((alg) => !fapiAlgorithms.has(alg))),
      'pin PS256, ES256 or EdDSA',
    ],
    [
      'dpop.algorithms',
      'FAPI 2.0 Security Profile §5.4.1',
      ({ schemes }) =>
        schemes.some(({ attributes }) =>
          attributes['algs']?.split(' ').some((alg) => !fapiAlgorithms.has(alg)),
        ),
      'pin PS256, ES256 or EdDSA',
    ],
  ],
}

/**
 * Reads the option `profile`. The policy of custom verifiers and of those of tenants is unknown here:
 * {@link profiledPolicy} checks each of their tokens.
 *
 * @returns Whether tokens must be bound.
 * @throws {TypeError} for options that contradict the profile, with the clause.
 */
export function profileOption(profile: ResourceProfile | undefined, facts: ProfileFacts): boolean {
  if (profile === undefined) return false
  for (const [option, clause, isContrary, wayOut] of rules[oneOf('profile', profile, ['mcp', 'fapi2'])]) {
    if (isContrary(facts)) {
      throw new TypeError(`${option}: contradicts profile '${profile}' (${clause}): ${wayOut}`)
    }
  }
  return profile === 'fapi2'
}

type TokenRule = (token: Verification<unknown>, resource: string | undefined) => void

/** What a profile requires of each token, where the verifier's policy is not known beforehand. */
const tokenRules: Readonly<Record<ResourceProfile, TokenRule>> = {
  mcp({ claims: { aud } }, resource) {
    if (aud === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'aud')
    if (![aud].flat().some((name) => name === resource)) throw new SealbearerError('SB_AUDIENCE_MISMATCH')
  },
  fapi2({ token: { form, protectedHeader } }) {
    const isSigned = form === 'signed' || form === 'nested'
    const { alg } = protectedHeader
    if (isSigned && !fapiAlgorithms.has(String(alg))) throw new SealbearerError('SB_ALG_NOT_ALLOWED')
  },
}

/** Adds what a profile requires of each token to a verifier whose policy is unknown. */
export function profiledPolicy<Claims>(
  profile: ResourceProfile | undefined,
  resource: string | undefined,
  policy: VerifierPolicy<Claims>,
): VerifierPolicy<Claims> {
  if (profile === undefined || policy.configured !== undefined) return policy
  const checkToken = tokenRules[profile]
  return {
    ...policy,
    check: (token, use) =>
      chain(policy.check(token, use), (verification) => {
        checkToken(verification, resource)
        return verification
      }),
  }
}
