import type { SealbearerError } from '../errors.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import type { MaybePromise } from '../maybe-promise.js'
import {
  type AuthenticatorOptions,
  authenticatorRules,
  type ClaimsOf,
  type Verifiers,
} from './authenticator-options.js'
import { createDecide, type Decide } from './decide.js'
import type { Endpoint } from './endpoint.js'
import type { Senders } from './identify.js'
import type { SecurityFacts } from './openapi.js'
import type { Auth, AuthUnder, Outcome } from './outcome.js'
import { isRefusalCode, type RefusalCode } from './refusal.js'
import type { AuthRequest } from './request.js'
import { type CheckedRequirement, checkRequirement, type Requirement } from './requirement.js'
import type { ResourceOptions } from './resource.js'

/** Authenticates and authorizes requests. */
export interface Authenticator<Claims = VerifiedClaims> {
  /** Serves the metadata of the protected resource (RFC 9728); `undefined` without the option `resource`. */
  readonly metadata: Endpoint | undefined
  /**
   * Reads the credentials of a request, verifies the token and checks the requirement.
   *
   * A request with an invalid token, or without one, has an outcome too; the promise rejects only for an invalid
   * requirement (`TypeError`) and for defects unrelated to the request. Results are not reused between calls: adapters use
   * guards, which do that.
   */
  authenticate<Optional extends boolean | undefined = false>(
    request: AuthRequest,
    requirement?: Requirement<Claims, Optional>,
  ): Promise<Outcome<AuthUnder<Claims, Optional>>>
  /**
   * The same for a token that did not come in a header: a WebSocket subprotocol, a connection parameter, a message. Does
   * not check HTTPS or CSRF, and a bound token cannot be proven. An absent token counts as no credentials.
   */
  authenticateToken<Optional extends boolean | undefined = false>(
    token: string | undefined,
    requirement?: Requirement<Claims, Optional>,
  ): Promise<Outcome<AuthUnder<Claims, Optional>>>
  /**
   * Checks an accepted sender again, later on a long-lived connection: whether the token has expired or been revoked,
   * whether its key is still trusted, and the requirement.
   *
   * @param auth An `auth` of this authenticator; rejects with a `TypeError` for any other.
   */
  check(auth: Auth<Claims>, requirement?: Requirement<Claims>): Promise<Outcome<Auth<Claims>>>
  /**
   * Creates the error that rejects a request from inside a handler, with status, challenge and body. Throw it: adapters
   * respond as to a rejection by a guard.
   *
   * @param code One with status 400, 401, 403 or 503; a `TypeError` otherwise.
   * @param requirement Its scopes are included in the challenge if `code` is `SB_SCOPE_INSUFFICIENT`.
   */
  refuse(code: RefusalCode, requirement?: Requirement<Claims>): SealbearerError
}

/** An authenticator with the option `resource`. */
export interface ResourceAuthenticator<Claims = VerifiedClaims> extends Authenticator<Claims> {
  readonly metadata: Endpoint
}

/** What guards need of an authenticator. */
export interface AuthenticatorPolicy<Claims> {
  readonly security: SecurityFacts
  /** @throws {TypeError} for a requirement that is invalid, or that no token of the authenticator's issuers can meet. */
  readonly checkRequirement: (
    requirement: Requirement<Claims, boolean | undefined> | undefined,
  ) => CheckedRequirement
  readonly ofRequest: Senders<Claims>['ofRequest']
  readonly decide: Decide<Claims>
}

/** A registered symbol, so that an adapter recognizes an authenticator of another copy of this package. */
const policySymbol = Symbol.for('sealbearer.authenticator')

/** @throws {TypeError} for an object not created by `createAuthenticator`. */
export function authenticatorPolicy<Claims>(
  authenticator: Authenticator<Claims>,
): AuthenticatorPolicy<Claims> {
  const isObject = typeof authenticator === 'object' && authenticator !== null
  const policy: unknown = isObject
    ? Object.getOwnPropertyDescriptor(authenticator, policySymbol)?.value
    : undefined
  if (policy === undefined) throw new TypeError('authenticator: must come from createAuthenticator')
  // Only `createAuthenticator` sets it, with the policy for these claims.
  return policy as AuthenticatorPolicy<Claims>
}

/**
 * Creates an authenticator from verifiers and sources of credentials.
 *
 * @example
 * const authenticator = createAuthenticator({ verifier, credentials: [bearer(), cookie('__Host-access')] })
 *
 * @throws {TypeError} for an option that is unknown, invalid or contradicts another. The message describes the fix.
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
  const { identities, senders, security, listeners, metadata, checkAuthority } = authenticatorRules(options)
  const { refusals } = security
  const check: AuthenticatorPolicy<Claims>['checkRequirement'] = (requirement) => {
    const checked = checkRequirement(requirement)
    if (requirement !== undefined) checkAuthority(requirement)
    return checked
  }
  const decide = createDecide<Claims>(refusals, listeners, senders.ofIdentity)

  // `decide` returns `auth` undefined only under a requirement with `optional: true`, as declared by the types below.
  type Decided<Optional> = MaybePromise<Outcome<AuthUnder<Claims, Optional>>>
  const authenticator: Authenticator<Claims> = {
    metadata,
    async authenticate<Optional extends boolean | undefined>(
      request: AuthRequest,
      requirement?: Requirement<Claims, Optional>,
    ) {
      // First, so that nothing has started when this throws.
      const checked = check(requirement)
      return decide(senders.ofRequest(request), checked) as Decided<Optional>
    },
    async authenticateToken<Optional extends boolean | undefined>(
      token: string | undefined,
      requirement?: Requirement<Claims, Optional>,
    ) {
      const checked = check(requirement)
      return decide(senders.ofToken(token), checked) as Decided<Optional>
    },
    async check(auth, requirement) {
      const checked = check(requirement)
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
  const { ofRequest } = senders
  const policy: AuthenticatorPolicy<Claims> = { security, checkRequirement: check, ofRequest, decide }
  return Object.freeze(Object.defineProperty(authenticator, policySymbol, { value: policy }))
}
