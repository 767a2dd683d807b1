import { ownMember } from '../compact/json.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import { ignoreRejection, isPromise } from '../maybe-promise.js'
import { checkMembers, durationOption, stringList } from '../options.js'
import type { Duration } from '../time.js'
import type { Identity } from './identity.js'
import type { Auth } from './outcome.js'
import { scopeNames } from './permissions.js'

/**
 * What a request needs in addition to a valid token. Without any member, a valid token is enough.
 *
 * @typeParam Optional Inferred, so that `auth` can be `undefined` only if `optional` can be `true`. A variable of the type
 *   `Requirement` cannot have `optional: true`; `Requirement<Claims, boolean>` can.
 */
export interface Requirement<
  Claims = VerifiedClaims,
  Optional extends boolean | undefined = false | undefined,
> {
  /** All of these scopes; a string contains several, separated by spaces (RFC 6749 §3.3). @default not required */
  readonly scope?: string | readonly string[] | undefined
  /** At least one of these scopes. @default not required */
  readonly anyScope?: string | readonly string[] | undefined
  /** All of these roles; a string is one role, spaces included. @default not required */
  readonly role?: string | readonly string[] | undefined
  /** At least one of these roles. @default not required */
  readonly anyRole?: string | readonly string[] | undefined
  /** One of these issuers, if an authenticator accepts several. @default not required */
  readonly issuer?: string | readonly string[] | undefined
  /**
   * One of these values of the claim `acr`: how the user authenticated. Otherwise the challenge asks the client for a new
   * authentication of the user (RFC 9470).
   *
   * @default not required
   */
  readonly acr?: string | readonly string[] | undefined
  /**
   * Maximum time since the user authenticated, by the claim `auth_time`, in seconds or text such as `'5m'`; if the claim is
   * absent, the request is rejected.
   *
   * @default not required
   */
  readonly maxAge?: Duration | undefined
  /**
   * One of these actors (`act.sub`, RFC 8693 §4.1), of the token's own issuer if `act` names one; a subject that acts itself
   * is rejected.
   *
   * @default not required
   */
  readonly actor?: string | readonly string[] | undefined
  /** Accepts only if it returns `true`: throwing or returning a promise rejects. @default not required */
  readonly where?: ((auth: Auth<Claims>) => boolean) | undefined
  /**
   * Accepts a request without credentials, without `auth`. Invalid credentials are still rejected.
   *
   * @default false
   */
  readonly optional?: Optional
}

/** One condition of a requirement, and the code of its rejection. */
interface Condition {
  readonly code:
    | 'SB_ISSUER_INSUFFICIENT'
    | 'SB_AUTHENTICATION_INSUFFICIENT'
    | 'SB_ACTOR_INSUFFICIENT'
    | 'SB_SCOPE_INSUFFICIENT'
    | 'SB_ROLE_INSUFFICIENT'
    | 'SB_REQUIREMENT_REFUSED'
  readonly check: Check
}

/** Returns `true` if a condition holds, otherwise the parameter of the rejection: what is missing, if there is a name for it. */
type Check = (identity: Identity<unknown>) => true | string | undefined

/** A validated requirement. */
export interface CheckedRequirement {
  readonly optional: boolean
  readonly conditions: readonly Condition[]
  /** The `scope` attribute of the challenge (RFC 6750 §3); empty if no scope is required. */
  readonly neededScope: string
  /** The challenge attributes for the required authentication. */
  readonly stepUp: Readonly<Record<string, string | undefined>> | undefined
}

const members = [
  'scope',
  'anyScope',
  'role',
  'anyRole',
  'issuer',
  'acr',
  'maxAge',
  'actor',
  'where',
  'optional',
] as const satisfies readonly (keyof Requirement)[]

/**
 * Validates a requirement once, so that an unknown member or an empty list never leaves a route open.
 *
 * @throws {TypeError} for an unknown member, an empty list or text, an invalid scope, an `optional`
 *   that is not a boolean and a `where` that is not a function.
 */
export function checkRequirement<Claims>(
  requirement: Requirement<Claims, boolean | undefined> | undefined,
): CheckedRequirement {
  if (requirement === undefined)
    return { optional: false, conditions: [], neededScope: '', stepUp: undefined }
  checkMembers('requirement', requirement, members)
  const { optional = false, where } = requirement
  if (typeof optional !== 'boolean') throw new TypeError('requirement.optional: must be true or false')
  const scope = scopeList('scope', requirement.scope)
  const anyScope = scopeList('anyScope', requirement.anyScope)
  const role = roleList('role', requirement.role)
  const anyRole = roleList('anyRole', requirement.anyRole)
  const issuer =
    requirement.issuer === undefined
      ? undefined
      : stringList(
          'requirement.issuer',
          requirement.issuer,
          'must be the iss of an issuer, or a list of them',
        )

  const conditions: Condition[] = []
  const add = (code: Condition['code'], check: Check): unknown => conditions.push({ code, check })
  if (issuer) {
    add('SB_ISSUER_INSUFFICIENT', ({ auth }) =>
      auth.issuer !== undefined && issuer.includes(auth.issuer) ? true : undefined,
    )
  }
  // Before scopes: a new authentication results in a new token anyway.
  const stepUp = stepUpOption(requirement)
  if (stepUp) add('SB_AUTHENTICATION_INSUFFICIENT', stepUp.check)
  const mayAct = requirement.actor === undefined ? undefined : actorCondition(requirement.actor)
  if (mayAct) add('SB_ACTOR_INSUFFICIENT', ({ auth }) => mayAct(auth) || 'act')
  if (scope) add('SB_SCOPE_INSUFFICIENT', ({ scopes }) => hasAll(scopes, scope))
  if (anyScope) add('SB_SCOPE_INSUFFICIENT', ({ scopes }) => hasAny(scopes, anyScope))
  if (role) add('SB_ROLE_INSUFFICIENT', ({ roles }) => hasAll(roles, role))
  if (anyRole) add('SB_ROLE_INSUFFICIENT', ({ roles }) => hasAny(roles, anyRole))
  if (where !== undefined) add('SB_REQUIREMENT_REFUSED', whereCondition(where))
  return {
    optional,
    conditions,
    neededScope: [...new Set([...(scope ?? []), ...(anyScope ?? [])])].join(' '),
    stepUp: stepUp?.attributes,
  }
}

/** Names what is missing as the requirement does, which is no value of the token. */
const hasAll = (granted: readonly string[], needed: readonly string[]): true | string =>
  needed.every((name) => granted.includes(name)) ||
  needed.filter((name) => !granted.includes(name)).join(', ')

const hasAny = (granted: readonly string[], accepted: readonly string[]): true | string =>
  accepted.some((name) => granted.includes(name)) || accepted.join(' or ')

const scopeList = (option: string, value: unknown): readonly string[] | undefined =>
  value === undefined ? undefined : scopeNames(`requirement.${option}`, value)

function roleList(option: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  return stringList(`requirement.${option}`, value, "must be a role such as 'admin', or a list of roles")
}

function whereCondition<Claims>(where: (auth: Auth<Claims>) => boolean): Check {
  if (typeof where !== 'function') {
    throw new TypeError(
      'requirement.where: must be a function that returns true for the requests to let through',
    )
  }
  // The authenticator's verifiers return these claims, and the requirement was written for them.
  return ({ auth }) => {
    try {
      const answer: unknown = where(auth as Auth<Claims>)
      if (answer === true) return true
      ignoreRejection(answer)
      return isPromise(answer) ? 'where: returned a promise' : 'where'
    } catch {
      return 'where: threw'
    }
  }
}

/** How, and how recently, the user must have authenticated. */
interface StepUpOptions {
  readonly acr?: string | readonly string[] | undefined
  readonly maxAge?: Duration | undefined
}

/** The required authentication of the user. */
interface StepUp {
  readonly check: Check
  /** Attributes of a challenge (RFC 9470 §3). */
  readonly attributes: Readonly<Record<string, string | undefined>>
}

/** Seconds that the issuer's clock may be ahead. */
const tolerance = 60

/** Printable, and without the space that separates values in a challenge. */
const acrValue = /^[\x21-\x7e]+$/

/**
 * Reads the members `acr` and `maxAge` of a requirement; `undefined` if both are absent.
 *
 * @throws {TypeError}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470#section-3 RFC 9470 §3}
 */
function stepUpOption(options: StepUpOptions): StepUp | undefined {
  const accepted = acrOption(options.acr)
  const maxAge = durationOption('requirement.maxAge', options.maxAge)
  if (maxAge !== undefined && maxAge < 1) {
    throw new TypeError("requirement.maxAge: must be at least a second, such as '10m'")
  }
  if (accepted === undefined && maxAge === undefined) return undefined
  return {
    check: ({ verification: { claims, now } }) => {
      const acr = ownMember(claims, 'acr')
      const authTime = ownMember(claims, 'auth_time')
      if (accepted !== undefined && !accepted.some((one) => one === acr)) return 'acr'
      if (maxAge === undefined) return true
      if (typeof authTime !== 'number') return 'auth_time: absent'
      const age = now() - authTime
      return (age <= maxAge && age >= -tolerance) || 'auth_time'
    },
    attributes: {
      acr_values: accepted?.join(' '),
      max_age: maxAge === undefined ? undefined : String(Math.floor(maxAge)),
    },
  }
}

function acrOption(value: StepUpOptions['acr']): readonly string[] | undefined {
  if (value === undefined) return undefined
  const wayOut = "must be a value of acr such as 'urn:example:mfa', without spaces, or a list of them"
  const values = stringList('requirement.acr', value, wayOut)
  if (!values.every((one) => acrValue.test(one))) throw new TypeError(`requirement.acr: ${wayOut}`)
  return values
}

/**
 * Reads the member `actor` of a requirement into a condition. A `sub` identifies an actor of the token's own issuer (RFC
 * 7519 §4.1.2).
 *
 * @throws {TypeError}
 */
function actorCondition(sub: string | readonly string[]): (auth: Auth<unknown>) => boolean {
  const names = stringList('requirement.actor', sub, 'must be the sub of an actor, or a list of them')
  return ({ actor, issuer }) =>
    actor !== undefined && names.includes(actor.sub) && (actor.iss === undefined || actor.iss === issuer)
}
