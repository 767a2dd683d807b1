import type { JwtClaims, VerifiedClaims } from '../jwt/claims.js'
import { type Verifier, verifierPolicy } from '../jwt/verifier.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import { createAttachment } from './attachment.js'
import { type CredentialsSource, credentialsReader } from './credentials.js'
import { type CsrfOptions, csrfCheck } from './csrf.js'
import { cameSafely, createIdentify, createJudge, type Identify, type Judge } from './decide.js'
import { type Identification, identityReader } from './identity.js'
import type { Auth, AuthUnder, Outcome } from './outcome.js'
import { createRefusals, realmOption } from './refusal.js'
import type { AuthRequest } from './request.js'
import { type CheckedRequirement, checkRequirement, type Requirement } from './requirement.js'
import { routedCheck } from './routing.js'

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
   * Where credentials are looked for. A request with credentials in two places is refused. A token in the
   * URL is never read.
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
   */
  readonly scopes?: ((claims: JwtClaims) => readonly string[]) | undefined
  /** The same for roles, else taken from `role` or `roles`. */
  readonly roles?: ((claims: JwtClaims) => readonly string[]) | undefined
}

/** Decides about requests: who sends them, and whether they may. */
export interface Authenticator<Claims = VerifiedClaims> {
  /**
   * Reads the credentials of a request, verifies the token and checks the requirement.
   *
   * Every request with a bad token, or without one, has an outcome; the promise rejects only for a
   * requirement that is none (`TypeError`) and where something other than the request is broken. It does
   * not remember requests: adapters use guards, which do.
   */
  authenticate<Optional extends boolean | undefined = false>(
    request: AuthRequest,
    requirement?: Requirement<Claims, Optional>,
  ): Promise<Outcome<AuthUnder<Claims, Optional>>>
}

/** A request in the eyes of one authenticator. */
interface Visit<Claims> {
  readonly found: MaybePromise<Identification<Claims>>
  /** Set by the first guard that lets the request through. */
  auth: Auth<Claims> | undefined
}

/** What guards need of an authenticator. */
interface AuthenticatorPolicy<Claims> {
  readonly judge: (requirement: CheckedRequirement) => Judge<Claims>
  /** Identifies the sender; for one owner only once. */
  readonly visit: (request: AuthRequest, owner: object) => Visit<Claims>
  readonly visited: (owner: object) => Visit<Claims> | undefined
}

const policies = new WeakMap<object, AuthenticatorPolicy<unknown>>()

/** @throws {TypeError} for an object that `createAuthenticator` did not make. */
export function authenticatorPolicy<Claims>(
  authenticator: Authenticator<Claims>,
): AuthenticatorPolicy<Claims> {
  const policy = policies.get(authenticator)
  if (policy === undefined) throw new TypeError('authenticator: must come from createAuthenticator')
  // The map holds for each authenticator the policy it was made with, claims type included.
  return policy as AuthenticatorPolicy<Claims>
}

const members = ['verifier', 'credentials', 'realm', 'requireHttps', 'csrf', 'scopes', 'roles']

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
  options: AuthenticatorOptions<V>,
): Authenticator<ClaimsOf<V>> {
  checkMembers('createAuthenticator', options, members)
  const { verifier, requireHttps = true } = options
  if (typeof requireHttps !== 'boolean') throw new TypeError('requireHttps: must be true or false')
  // Each verifier's claims are one of the types that the union is made of.
  const verifiers = (Array.isArray(verifier) ? verifier : [verifier]) as readonly Verifier<ClaimsOf<V>>[]
  const refusals = createRefusals(realmOption(options.realm))
  const identify = createIdentify<ClaimsOf<V>>({
    refusals,
    cameSafely: requireHttps ? cameSafely : () => true,
    readCredentials: credentialsReader(options.credentials),
    csrfHolds: csrfCheck(options.csrf),
    check: routedCheck(verifiers.map(verifierPolicy)),
    toIdentity: identityReader(options.scopes, options.roles),
  })
  const judge = (requirement: CheckedRequirement): Judge<ClaimsOf<V>> => createJudge(requirement, refusals)
  return createFrom<ClaimsOf<V>>(identify, judge)
}

function createFrom<Claims>(
  identify: Identify<Claims>,
  judge: AuthenticatorPolicy<Claims>['judge'],
): Authenticator<Claims> {
  const visits = createAttachment<Visit<Claims>>()
  const authenticator: Authenticator<Claims> = Object.freeze({
    async authenticate<Optional extends boolean | undefined>(
      request: AuthRequest,
      requirement?: Requirement<Claims, Optional>,
    ) {
      // Before the request is looked at, whose identification nobody would take when this throws.
      const decide = judge(checkRequirement(requirement))
      const outcome = chain(identify(request), decide)
      // `judge` leaves `auth` undefined only under a requirement with `optional: true`, as the type says.
      return outcome as MaybePromise<Outcome<AuthUnder<Claims, Optional>>>
    },
  })
  const policy: AuthenticatorPolicy<Claims> = {
    judge,
    visited: visits.of,
    visit(request, owner) {
      const known = visits.of(owner)
      if (known !== undefined) return known
      const visit = { found: identify(request), auth: undefined }
      visits.attach(owner, visit)
      return visit
    },
  }
  // A map has one type for all its values; `authenticatorPolicy` gives this one back.
  policies.set(authenticator, policy as unknown as AuthenticatorPolicy<unknown>)
  return authenticator
}
