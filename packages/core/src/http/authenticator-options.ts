import { type Listeners, listenersOn } from '../channel.js'
import { type Verifier, type VerifierPolicy, verifierPolicy } from '../jwt/define-verifier.js'
import { checkMembers, oneOf, withDefault } from '../options.js'
import { type AuthorityCheck, authorityCheck } from './authority.js'
import { type ClientCertificateSource, certificateCheck } from './client-certificate.js'
import { bearer, type CredentialsSource, credentialsReader } from './credentials.js'
import { type CsrfOptions, csrfCheck } from './csrf.js'
import type { DecisionEvent } from './decide.js'
import type { Endpoint } from './endpoint.js'
import { explainOption } from './explain.js'
import { cameSafely } from './https.js'
import { createSenders, type Senders } from './identify.js'
import { type IdentityReader, identityReader } from './identity.js'
import type { SecurityFacts } from './openapi.js'
import { type PermissionsOption, type ScopeImplies, scopeImpliesOption } from './permissions.js'
import { profiledPolicy, profileOption, type ResourceProfile } from './profile.js'
import { createRefusals, realmOption } from './refusal.js'
import { type Renewal, renewalOption } from './renewal.js'
import { createMetadataEndpoint, type ResourceOptions, resourceOption } from './resource.js'
import { type ConfirmationCheck, createConfirm } from './scheme.js'

/** Verifiers with any claims type. */
export type Verifiers = Verifier<unknown> | readonly Verifier<unknown>[]

/** The claims type of a verifier, or the union for several. */
export type ClaimsOf<V extends Verifiers> = V extends readonly (infer Item)[]
  ? Item extends Verifier<infer Claims>
    ? Claims
    : never
  : V extends Verifier<infer Claims>
    ? Claims
    : never

/** Options of {@link createAuthenticator}. */
export interface AuthenticatorOptions<V extends Verifiers = Verifiers> {
  /**
   * One verifier, or several that cannot accept the same token: signed tokens are assigned by `iss`, encrypted ones by
   * `alg` and `kid`. The choice is final, and no other key is tried.
   */
  readonly verifier: V
  /**
   * Sources of credentials: {@link bearer}, {@link header}, {@link cookie}. A request with credentials in two places is
   * rejected. A token in the URL is never read.
   *
   * @default [bearer()]
   */
  readonly credentials?: readonly CredentialsSource[] | undefined
  /** Names the protected resources in challenges (RFC 9110 §11.5). @default none */
  readonly realm?: string | undefined
  /**
   * Rejects requests over plain HTTP before their token is read, except from a loopback peer without any forwarding
   * header.
   *
   * @default true
   */
  readonly requireHttps?: boolean | undefined
  /**
   * Origins that may send cookies with unsafe requests, in addition to the server's own.
   *
   * @default only the server's own
   */
  readonly csrf?: CsrfOptions | undefined
  /**
   * Returns the scopes if a provider uses another claim than `scope` or `scp`. Receives the claims before the schema was
   * applied, on every request. Throwing, or returning anything but a list of strings, grants none.
   *
   * With several issuers, an object by `iss` defines what each may grant: a list of scopes, or such a function. An issuer
   * that is not listed grants none.
   *
   * @default `scope`, otherwise `scp`
   */
  readonly scopes?: PermissionsOption | undefined
  /**
   * The same for roles. `'any'` lets each of several issuers grant whatever its tokens claim. With several issuers, it is
   * required for requirements with roles, unless they name the issuer.
   *
   * @default `role`, otherwise `roles`
   */
  readonly roles?: PermissionsOption | 'any' | undefined
  /**
   * Scopes that include others, directly or indirectly: `{ 'orders:write': ['orders:read'] }`. Implied scopes are in
   * `auth.scopes`.
   *
   * @default no scope includes another
   */
  readonly scopeImplies?: ScopeImplies | undefined
  /**
   * Describes the protected resource to clients: `metadata` serves it, and every challenge contains its address.
   *
   * @default no metadata
   */
  readonly resource?: ResourceOptions | undefined
  /**
   * Rejects options that contradict a profile, naming its clause: `'mcp'` for servers of the Model Context Protocol,
   * `'fapi2'` for the FAPI 2.0 Security Profile, which also rejects unbound tokens.
   *
   * @default none
   */
  readonly profile?: ResourceProfile | undefined
  /**
   * Source of client certificates: {@link fromSocket}, {@link fromHeader}. A token bound to a certificate
   * (`cnf["x5t#S256"]`, RFC 8705) is accepted with it, under any scheme.
   *
   * @default tokens bound to certificates are rejected
   */
  readonly clientCertificate?: ClientCertificateSource | undefined
  /**
   * `'ignore'` accepts tokens bound to a key or a certificate (claim `cnf`, RFC 7800) without proof: whoever steals one
   * can use it.
   *
   * @default rejected, unless a source of credentials checks the binding
   */
  readonly confirmation?: 'ignore' | undefined
  /**
   * Renews sessions during authentication: if the access token of a request came in a cookie and has expired or been
   * revoked, or is missing, the decision uses a new one, and the response sets the new cookies, even if the request is rejected.
   *
   * @default sessions are not renewed
   */
  readonly renewal?: Renewal | undefined
  /**
   * `true` adds the cause to the body of every rejection: `code`, `parameter`, `rule` and `rfc`. For development only:
   * it reveals to attackers why a token was rejected. Prints a warning.
   *
   * @default false
   */
  readonly explain?: boolean | undefined
  /**
   * Called with every decision, for logs and metrics. If the runtime has `node:diagnostics_channel`, the channel
   * `sealbearer:decision` receives the same.
   *
   * @default nothing is called
   */
  readonly onDecision?: ((event: DecisionEvent) => void) | undefined
}

const optionNames = [
  'verifier',
  'credentials',
  'realm',
  'requireHttps',
  'csrf',
  'scopes',
  'roles',
  'scopeImplies',
  'resource',
  'profile',
  'clientCertificate',
  'confirmation',
  'renewal',
  'explain',
  'onDecision',
] as const satisfies readonly (keyof AuthenticatorOptions)[]

/** Everything that one authenticator decides by. */
interface AuthenticatorRules<Claims> {
  readonly identities: IdentityReader<Claims>
  readonly senders: Senders<Claims>
  readonly security: SecurityFacts
  readonly listeners: Listeners<DecisionEvent>
  readonly metadata: Endpoint | undefined
  readonly checkAuthority: AuthorityCheck
}

/** Reads the options of an authenticator. @throws {TypeError} for an option that is unknown, invalid or contradicts another */
export function authenticatorRules<V extends Verifiers>(
  options: AuthenticatorOptions<V>,
): AuthenticatorRules<ClaimsOf<V>> {
  type Claims = ClaimsOf<V>
  checkMembers('createAuthenticator', options, optionNames)
  const { verifier, requireHttps = true, confirmation } = options
  if (typeof requireHttps !== 'boolean') throw new TypeError('requireHttps: must be true or false')
  const certificate = certificateOption(options)
  // The claims of each verifier are one member of the union.
  const verifiers = (Array.isArray(verifier) ? verifier : [verifier]) as readonly Verifier<Claims>[]
  const policies = verifiers.map((each) => verifierPolicy(each))
  const credentials = credentialsReader(options.credentials)
  const scopes = checkIssuers('scopes', options.scopes, policies)
  const roles = checkIssuers('roles', options.roles, policies)
  const imply = scopeImpliesOption(options.scopeImplies)
  const identities = identityReader<Claims>(scopes, roles === 'any' ? undefined : roles, imply)
  const resource = options.resource === undefined ? undefined : resourceOption(options.resource)
  const needsBinding = profileOption(options.profile, {
    ...credentials,
    policies,
    requireHttps,
    readsCertificates: certificate !== undefined,
    ignoresConfirmation: confirmation === 'ignore',
    resource: resource?.identifier,
    scopes: resource?.scopes ?? [],
  })
  const refusals = createRefusals({
    explains: explainOption(options.explain),
    realm: realmOption(options.realm),
    metadataUrl: resource?.metadataUrl,
    schemes: credentials.schemes,
  })
  const senders = createSenders<Claims>({
    cameSafely: requireHttps ? cameSafely : () => true,
    readCredentials: credentials.read,
    whyMissing: credentials.whyMissing,
    csrfHolds: csrfCheck(options.csrf),
    policies: policies.map((policy) => profiledPolicy(options.profile, resource?.identifier, policy)),
    confirm: createConfirm(
      certificate === undefined ? [] : [certificate],
      needsBinding ? 'required' : confirmation === 'ignore' ? 'ignored' : 'checked',
    ),
    renewal: renewalOption(options.renewal),
    identities,
  })
  const metadata =
    resource &&
    createMetadataEndpoint(resource, {
      schemes: credentials.schemes,
      readsAuthorization: credentials.readsAuthorization,
      readsCertificates: certificate !== undefined,
    })
  const listeners = listenersOn('sealbearer:decision', 'onDecision', options.onDecision)
  const checkAuthority = authorityCheck({ policies, scopes, roles, imply })
  const security = {
    sources: [...withDefault(options.credentials, [bearer()])],
    readsCertificates: certificate !== undefined,
    needsBinding,
    refusals,
  }
  return { identities, senders, security, listeners, metadata, checkAuthority }
}

/** Reads the options `clientCertificate` and `confirmation`, which can contradict each other. @throws {TypeError} */
function certificateOption(options: AuthenticatorOptions): ConfirmationCheck | undefined {
  const { clientCertificate, confirmation } = options
  if (confirmation !== undefined) oneOf('confirmation', confirmation, ['ignore'])
  if (clientCertificate === undefined) return undefined
  const check = certificateCheck(clientCertificate)
  if (confirmation !== 'ignore') return check
  throw new TypeError(
    "confirmation: 'ignore' checks no certificate, so clientCertificate is never used; leave one of them out",
  )
}

/**
 * Copies the option, so that it is enforced as it was checked. An entry for an issuer that no verifier accepts would
 * never be used.
 *
 * @throws {TypeError}
 */
function checkIssuers<Permissions extends PermissionsOption | 'any' | undefined>(
  option: string,
  permissions: Permissions,
  policies: readonly VerifierPolicy<unknown>[],
): Permissions {
  if (typeof permissions !== 'object' || permissions === null) return permissions
  for (const iss of Object.keys(permissions)) {
    if (policies.some(({ acceptsIssuer }) => acceptsIssuer(iss))) continue
    throw new TypeError(`${option}: no verifier accepts the issuer "${iss}"; use its exact iss`)
  }
  if (Array.isArray(permissions)) return permissions
  const copied = Object.entries(permissions).map(([iss, granted]) => [
    iss,
    Array.isArray(granted) ? [...granted] : granted,
  ])
  return Object.fromEntries(copied) as Permissions // The same members.
}
