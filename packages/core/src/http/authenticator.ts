import type { SealbearerError } from '../errors.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import { type Verifier, type VerifierPolicy, verifierPolicy } from '../jwt/verifier-policy.js'
import type { MaybePromise } from '../maybe-promise.js'
import { checkMembers, oneOf } from '../options.js'
import { type ClientCertificateSource, certificateCheck } from './client-certificate.js'
import { createConfirm } from './confirmation.js'
import { type CredentialsSource, credentialsReader } from './credentials.js'
import { type CsrfOptions, csrfCheck } from './csrf.js'
import { createDecide } from './decide.js'
import type { Endpoint } from './endpoint.js'
import { type DecisionEvent, decisionListeners } from './events.js'
import { explainOption } from './explain.js'
import { cameSafely } from './https.js'
import { createSenders, type RequestMemory } from './identify.js'
import { identityReader } from './identity.js'
import { createMetadataEndpoint } from './metadata-endpoint.js'
import type { Auth, AuthUnder, Outcome } from './outcome.js'
import type { PermissionsOption } from './permissions.js'
import { profileOption, type ResourceProfile } from './profile.js'
import { createRefusals, isRefusalCode, type RefusalCode, realmOption } from './refusal.js'
import { type Renewal, renewalOption } from './renewal.js'
import type { AuthRequest } from './request.js'
import { type CheckedRequirement, checkRequirement, type Requirement } from './requirement.js'
import { type ResourceOptions, resourceOption } from './resource.js'
import { createRoute } from './routing.js'
import { type ScopeImplies, scopeImpliesOption } from './scope-implications.js'

/** Verifiers whose claims type is left open. */
type Verifiers = Verifier<unknown> | readonly Verifier<unknown>[]

/** The claims that a verifier leaves, or one of several does. */
type ClaimsOf<V extends Verifiers> = V extends readonly (infer Item)[]
  ? Item extends Verifier<infer Claims>
    ? Claims
    : never
  : V extends Verifier<infer Claims>
    ? Claims
    : never

/** How requests are authenticated. */
export interface AuthenticatorOptions<V extends Verifiers = Verifiers> {
  /**
   * One verifier, or several of which no two can claim the same token: signed tokens go by their `iss`,
   * envelopes by `alg` and `kid`. The one chosen is final, and no other key is tried.
   */
  readonly verifier: V
  /**
   * Where credentials are looked for: {@link bearer}, {@link header}, {@link cookie}. A request with credentials in two
   * places is refused. A token in the URL is never read.
   *
   * @default [bearer()]
   */
  readonly credentials?: readonly CredentialsSource[] | undefined
  /** Names the protected resources in challenges (RFC 9110 §11.5). */
  readonly realm?: string | undefined
  /**
   * Refuses requests over plain HTTP before their token is looked at, except from a loopback peer without
   * any forwarding header.
   *
   * @default true
   */
  readonly requireHttps?: boolean | undefined
  /** Pages that may send cookies with unsafe requests, beside the server's own. */
  readonly csrf?: CsrfOptions | undefined
  /**
   * Finds the scopes where a provider keeps them elsewhere than in `scope` or `scp`. Takes the claims as they
   * were before the schema, on every request. Throwing, or returning anything but text in a list, grants none.
   *
   * With several issuers, an object by `iss` says what each may grant: a list of scopes, or such a function. An issuer
   * that it does not name grants none.
   */
  readonly scopes?: PermissionsOption | undefined
  /** The same for roles, else taken from `role` or `roles`. */
  readonly roles?: PermissionsOption | undefined
  /**
   * Scopes that have others in them, directly or not: `{ 'orders:write': ['orders:read'] }`. What follows is in
   * `auth.scopes`.
   */
  readonly scopeImplies?: ScopeImplies | undefined
  /**
   * Describes the protected resource to clients: `metadata` serves it, and every challenge says where.
   *
   * @default no metadata
   */
  readonly resource?: ResourceOptions | undefined
  /**
   * Refuses options that contradict a profile, and names its clause: `'mcp'` for servers of the Model Context Protocol,
   * `'fapi2'` for the FAPI 2.0 Security Profile, under which tokens that are bound to nothing are refused too.
   *
   * @default none
   */
  readonly profile?: ResourceProfile | undefined
  /**
   * Where the certificates of clients are found: {@link fromSocket}, {@link fromHeader}. A token that is bound to one
   * (`cnf["x5t#S256"]`, RFC 8705) is accepted with it, under any scheme.
   *
   * @default tokens that are bound to certificates are refused
   */
  readonly clientCertificate?: ClientCertificateSource | undefined
  /**
   * `'ignore'` accepts tokens that are bound to a key or a certificate (a claim `cnf`, RFC 7800) as if they were not:
   * whoever steals one can use it.
   *
   * @default refused, where no source of credentials checks the binding
   */
  readonly confirmation?: 'ignore' | undefined
  /**
   * Renews sessions on the way in: a request whose access token came in a cookie and has expired, or is gone, is decided
   * about with a new one, and its answer carries the new cookies, also when it is refused.
   */
  readonly renewal?: Renewal | undefined
  /**
   * `true` adds the cause to the body of every refusal: `code`, `parameter`, `rule` and `rfc`. For development only: it
   * tells attackers what is wrong with a token of theirs. Prints a warning where it is on.
   *
   * @default false
   */
  readonly explain?: boolean | undefined
  /**
   * Told of every decision, for logs and metrics. Where `node:diagnostics_channel` exists, the channel
   * `sealbearer:decision` gets the same.
   */
  readonly onDecision?: ((event: DecisionEvent) => void) | undefined
}

/** Decides about requests: who sends them, and whether they may. */
export interface Authenticator<Claims = VerifiedClaims> {
  /** Serves the metadata of the protected resource (RFC 9728); `undefined` without the option `resource`. */
  readonly metadata: Endpoint | undefined
  /**
   * Reads the credentials of a request, verifies the token and checks the requirement.
   *
   * Every request with a bad token, or without one, has an outcome; the promise rejects only for an invalid
   * requirement (`TypeError`) and where something other than the request is broken. It does not remember requests:
   * adapters use guards, which do.
   */
  authenticate<Optional extends boolean | undefined = false>(
    request: AuthRequest,
    requirement?: Requirement<Claims, Optional>,
  ): Promise<Outcome<AuthUnder<Claims, Optional>>>
  /**
   * The same for a token that did not come in a header: a WebSocket subprotocol, a connection parameter, a message.
   * Neither HTTPS nor CSRF is checked, and nobody can prove a binding. No token is no credentials.
   */
  authenticateToken<Optional extends boolean | undefined = false>(
    token: string | undefined,
    requirement?: Requirement<Claims, Optional>,
  ): Promise<Outcome<AuthUnder<Claims, Optional>>>
  /**
   * Checks an accepted sender again, later on a connection that stays open: whether the token has expired or been
   * revoked, whether its key is still trusted, and the requirement.
   *
   * @param auth One of this authenticator's; rejects with a `TypeError` for any other.
   */
  check(auth: Auth<Claims>, requirement?: Requirement<Claims>): Promise<Outcome<Auth<Claims>>>
  /**
   * Makes the error that refuses a request from inside a handler, with status, challenge and body. Throw it: adapters
   * answer it as they answer a guard's refusal.
   *
   * @param code One with status 400, 401, 403 or 503; a `TypeError` otherwise.
   * @param requirement Its scopes are named where `code` is `SB_SCOPE_INSUFFICIENT`.
   */
  refuse(code: RefusalCode, requirement?: Requirement<Claims>): SealbearerError
}

/** An authenticator with the option `resource`. */
export interface ResourceAuthenticator<Claims = VerifiedClaims> extends Authenticator<Claims> {
  readonly metadata: Endpoint
}

/** What guards need of an authenticator. */
export interface AuthenticatorPolicy<Claims> {
  readonly decide: (
    request: AuthRequest,
    requirement: CheckedRequirement,
    memory: RequestMemory<Claims>,
  ) => MaybePromise<Outcome<Auth<Claims> | undefined>>
}

/** Of the global registry, so that an adapter knows an authenticator of another copy of this package. */
const policySymbol = Symbol.for('sealbearer.authenticator')

/** @throws {TypeError} for an object that `createAuthenticator` did not make. */
export function authenticatorPolicy<Claims>(
  authenticator: Authenticator<Claims>,
): AuthenticatorPolicy<Claims> {
  const isObject = typeof authenticator === 'object' && authenticator !== null
  const policy: unknown = isObject
    ? Object.getOwnPropertyDescriptor(authenticator, policySymbol)?.value
    : undefined
  if (policy === undefined) throw new TypeError('authenticator: must come from createAuthenticator')
  // Only `createAuthenticator` writes there, the policy that it made for these claims.
  return policy as AuthenticatorPolicy<Claims>
}

const members = [
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

/**
 * Makes an authenticator out of verifiers and of where to look for tokens.
 *
 * @example
 * const authenticator = createAuthenticator({ verifier, credentials: [bearer(), cookie('__Host-access')] })
 *
 * @throws {TypeError} for an option that is misspelt or contradicts another, with the way out.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750 RFC 6750}
 */
export function createAuthenticator<const V extends Verifiers>(
  options: AuthenticatorOptions<V> & { readonly resource: ResourceOptions },
): ResourceAuthenticator<ClaimsOf<V>>
export function createAuthenticator<const V extends Verifiers>(
  options: AuthenticatorOptions<V>,
): Authenticator<ClaimsOf<V>>
export function createAuthenticator<const V extends Verifiers>(
  options: AuthenticatorOptions<V>,
): Authenticator<ClaimsOf<V>> {
  type Claims = ClaimsOf<V>
  checkMembers('createAuthenticator', options, members)
  const { verifier, requireHttps = true, confirmation } = options
  if (typeof requireHttps !== 'boolean') throw new TypeError('requireHttps: must be true or false')
  if (confirmation !== undefined) oneOf('confirmation', confirmation, ['ignore'])
  const certificate = options.clientCertificate && certificateCheck(options.clientCertificate)
  // Each verifier's claims are one of the types that the union is made of.
  const verifiers = (Array.isArray(verifier) ? verifier : [verifier]) as readonly Verifier<Claims>[]
  const policies = verifiers.map((each) => verifierPolicy(each))
  const credentials = credentialsReader(options.credentials)
  const identities = identityReader<Claims>(
    checkIssuers('scopes', options.scopes, policies),
    checkIssuers('roles', options.roles, policies),
    scopeImpliesOption(options.scopeImplies),
  )
  const resource = options.resource && resourceOption(options.resource)
  const needsBinding = profileOption(options.profile, {
    ...credentials,
    policies,
    requireHttps,
    readsCertificates: certificate !== undefined,
    ignoresConfirmation: confirmation === 'ignore',
    resource: resource?.identifier,
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
    csrfHolds: csrfCheck(options.csrf),
    route: createRoute(policies),
    confirm: createConfirm(
      certificate === undefined ? [] : [certificate],
      needsBinding ? 'required' : confirmation === 'ignore' ? 'ignored' : 'checked',
    ),
    renewal: renewalOption(options.renewal),
    identities,
  })
  const decide = createDecide<Claims>(refusals, decisionListeners(options.onDecision))

  // `decide` leaves `auth` undefined only under a requirement with `optional: true`, as the types below say.
  type Decided<Optional> = MaybePromise<Outcome<AuthUnder<Claims, Optional>>>
  const authenticator: Authenticator<Claims> = {
    metadata:
      resource &&
      createMetadataEndpoint(resource, {
        schemes: credentials.schemes,
        readsAuthorization: credentials.readsAuthorization,
        readsCertificates: certificate !== undefined,
      }),
    async authenticate<Optional extends boolean | undefined>(
      request: AuthRequest,
      requirement?: Requirement<Claims, Optional>,
    ) {
      // First, so that nothing is under way when this throws.
      const checked = checkRequirement(requirement)
      return decide(senders.ofRequest(request), checked) as Decided<Optional>
    },
    async authenticateToken<Optional extends boolean | undefined>(
      token: string | undefined,
      requirement?: Requirement<Claims, Optional>,
    ) {
      const checked = checkRequirement(requirement)
      return decide(senders.ofToken(token), checked) as Decided<Optional>
    },
    async check(auth, requirement) {
      const checked = checkRequirement(requirement)
      const identity = identities.identityOf(auth)
      if (identity === undefined)
        throw new TypeError('check: auth must be one that this authenticator accepted')
      return decide(senders.ofIdentity(identity), checked) as Decided<false>
    },
    refuse(code, requirement) {
      if (!isRefusalCode(code)) {
        throw new TypeError(
          "refuse: the code must be one that a request is refused with, such as 'SB_SCOPE_INSUFFICIENT'",
        )
      }
      return refusals.refuseNow({ code }, checkRequirement(requirement)).error
    },
  }
  const policy: AuthenticatorPolicy<Claims> = {
    decide: (request, requirement, memory) => decide(senders.ofRequest(request, memory), requirement),
  }
  return Object.freeze(Object.defineProperty(authenticator, policySymbol, { value: policy }))
}

/** An issuer that no verifier accepts would never be asked for its permissions. @throws {TypeError} */
function checkIssuers(
  option: string,
  permissions: PermissionsOption | undefined,
  policies: readonly VerifierPolicy<unknown>[],
): PermissionsOption | undefined {
  if (typeof permissions !== 'object' || permissions === null) return permissions
  for (const iss of Object.keys(permissions)) {
    if (policies.some(({ takesIssuer }) => takesIssuer(iss))) continue
    throw new TypeError(`${option}: no verifier accepts the issuer "${iss}"; use its exact iss`)
  }
  return permissions
}
