import type { VerifiedClaims } from '../jwt/claims.js'
import { ignoreRejection } from '../maybe-promise.js'
import { checkMembers, stringList } from '../options.js'
import type { Duration } from '../time.js'
import { actorCondition } from './actor.js'
import type { Identity } from './identity.js'
import type { Auth } from './outcome.js'
import { stepUpOption } from './step-up.js'

/**
 * What a request must bring beside a valid token. Without any member, a valid token is enough.
 *
 * @typeParam Optional Inferred, so that `auth` may be `undefined` only where `optional` can be `true`. A
 *   variable of the type `Requirement` holds none with `optional: true`; `Requirement<Claims, boolean>` does.
 */
export interface Requirement<
  Claims = VerifiedClaims,
  Optional extends boolean | undefined = false | undefined,
> {
  /** All of these scopes; a string holds several with a space between them (RFC 6749 §3.3). */
  readonly scope?: string | readonly string[] | undefined
  /** At least one of these scopes. */
  readonly anyScope?: string | readonly string[] | undefined
  /** All of these roles; a string is one role, spaces included. */
  readonly role?: string | readonly string[] | undefined
  /** At least one of these roles. */
  readonly anyRole?: string | readonly string[] | undefined
  /** One of these issuers, where an authenticator accepts several. */
  readonly issuer?: string | readonly string[] | undefined
  /**
   * One of these values of the claim `acr`: how the user authenticated. A client that comes with less is asked to have
   * the user authenticate again (RFC 9470).
   */
  readonly acr?: string | readonly string[] | undefined
  /** How long ago the user may have authenticated, by the claim `auth_time`; without the claim, too long. */
  readonly maxAge?: Duration | undefined
  /** One of these as who acts for the subject (`act.sub`, RFC 8693 §4.1); a subject that acts itself is refused. */
  readonly actor?: string | readonly string[] | undefined
  /** Lets through on `true` and on nothing else: throwing or returning a promise refuses. */
  readonly where?: ((auth: Auth<Claims>) => boolean) | undefined
  /**
   * Lets a request without credentials through, without `auth`. Credentials that are present and bad are
   * still refused.
   *
   * @default false
   */
  readonly optional?: Optional
}

/** One condition of a requirement, and the code it is refused with. */
interface Condition {
  readonly code:
    | 'SB_ISSUER_INSUFFICIENT'
    | 'SB_AUTHENTICATION_INSUFFICIENT'
    | 'SB_ACTOR_INSUFFICIENT'
    | 'SB_SCOPE_INSUFFICIENT'
    | 'SB_ROLE_INSUFFICIENT'
    | 'SB_REQUIREMENT_REFUSED'
  readonly holds: (identity: Identity<unknown>) => boolean
}

/** A requirement whose members have been checked. */
export interface CheckedRequirement {
  readonly optional: boolean
  readonly conditions: readonly Condition[]
  /** What the `scope` attribute of the challenge says (RFC 6750 §3); empty where no scope is asked for. */
  readonly neededScope: string
  /** What the challenge says of the authentication that is asked for. */
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

/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * Checks a requirement once, so that a misspelt member or an empty list is never an open door.
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
  const add = (code: Condition['code'], holds: Condition['holds']): unknown =>
    conditions.push({ code, holds })
  if (issuer)
    add('SB_ISSUER_INSUFFICIENT', ({ auth }) => auth.issuer !== undefined && issuer.includes(auth.issuer))
  // Before scopes: whoever has to authenticate again gets another token anyway.
  const stepUp = stepUpOption(requirement)
  if (stepUp) add('SB_AUTHENTICATION_INSUFFICIENT', stepUp.holds)
  const mayAct = requirement.actor === undefined ? undefined : actorCondition(requirement.actor)
  if (mayAct) add('SB_ACTOR_INSUFFICIENT', ({ auth }) => mayAct(auth.actor))
  if (scope) add('SB_SCOPE_INSUFFICIENT', ({ scopes }) => scope.every((name) => scopes.includes(name)))
  if (anyScope) add('SB_SCOPE_INSUFFICIENT', ({ scopes }) => anyScope.some((name) => scopes.includes(name)))
  if (role) add('SB_ROLE_INSUFFICIENT', ({ roles }) => role.every((name) => roles.includes(name)))
  if (anyRole) add('SB_ROLE_INSUFFICIENT', ({ roles }) => anyRole.some((name) => roles.includes(name)))
  if (where !== undefined) add('SB_REQUIREMENT_REFUSED', whereCondition(where))
  return {
    optional,
    conditions,
    neededScope: [...new Set([...(scope ?? []), ...(anyScope ?? [])])].join(' '),
    stepUp: stepUp?.attributes,
  }
}

function scopeList(option: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  const wayOut = "must be scopes such as 'orders:read', in a list or with one space between them"
  const scopes = stringList(`requirement.${option}`, value, wayOut).flatMap((text) => text.split(' '))
  if (!scopes.every((scope) => scopeToken.test(scope)))
    throw new TypeError(`requirement.${option}: ${wayOut}`)
  return scopes
}

function roleList(option: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  return stringList(`requirement.${option}`, value, "must be a role such as 'admin', or a list of roles")
}

function whereCondition<Claims>(where: (auth: Auth<Claims>) => boolean): Condition['holds'] {
  if (typeof where !== 'function') {
    throw new TypeError(
      'requirement.where: must be a function that returns true for the requests to let through',
    )
  }
  return ({ auth }) => {
    try {
      // The authenticator's verifiers left these claims, and the requirement was written for them.
      const answer: unknown = where(auth as Auth<Claims>)
      // A promise is refused below.
      ignoreRejection(answer)
      return answer === true
    } catch {
      return false
    }
  }
}
