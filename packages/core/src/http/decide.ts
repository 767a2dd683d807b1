import type { Listeners } from '../channel.js'
import type { ErrorCode } from '../error-table.js'
import { type HeaderFields, isSealbearerError } from '../errors.js'
import type { VerifierPolicy } from '../jwt/define-verifier.js'
import type { TokenForm } from '../jwt/verification.js'
import { chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import type { Identity } from './identity.js'
import type { Auth, Outcome } from './outcome.js'
import { isRefusalCode, type Refusals } from './refusal.js'
import type { CheckedRequirement } from './requirement.js'
import type { Scheme } from './scheme.js'

/** Details collected while a sender is identified, for the challenge and the event. */
export interface Facts {
  /** Whether an event will be emitted; what only the event needs is not looked up otherwise. */
  readonly isObserved: boolean
  scheme?: Scheme
  source?: NonNullable<DecisionEvent['source']>
  /** That of the selected verifier. */
  policy?: VerifierPolicy<unknown>
  remembered?: boolean
  /** Set if something was waited for after the token was verified: it can have been revoked meanwhile. */
  hasWaited?: boolean
  /** Names what came instead of credentials, if anything did. */
  whyMissing?: () => string | undefined
  /** Response headers from the renewal of the sender's session. */
  headers?: HeaderFields
}

/**
 * Identifies the sender; `undefined` without credentials. Throws, or rejects, with the code of the rejection. Any other
 * error is a defect, and not a decision.
 */
export type Identify<Claims> = (facts: Facts) => MaybePromise<Identity<Claims> | undefined>

/** Decides about one request or token. `auth` is `undefined` only under an optional requirement. */
export type Decide<Claims> = (
  identify: Identify<Claims>,
  requirement: CheckedRequirement,
) => MaybePromise<Outcome<Auth<Claims> | undefined>>

const noHeaders = Object.freeze({})

/** Accepts or rejects an identified sender. */
function decide<Claims>(
  refusals: Refusals,
  found: Identity<Claims> | undefined,
  requirement: CheckedRequirement,
  facts: Facts,
): MaybePromise<Outcome<Auth<Claims> | undefined>> {
  const { scheme, headers } = facts
  if (found === undefined) {
    if (!requirement.optional) {
      const parameter = facts.whyMissing?.()
      return refusals.refuse({ code: 'SB_CREDENTIALS_MISSING', parameter, headers }, requirement)
    }
    return { ok: true, auth: undefined, headers: headers ?? noHeaders }
  }
  for (const { code, check } of requirement.conditions) {
    const parameter = check(found)
    if (parameter !== true) return refusals.refuse({ code, parameter, scheme, headers }, requirement)
  }
  const own = scheme?.responseHeaders?.() ?? noHeaders
  if (isPromise(own)) facts.hasWaited = true
  return chain(own, (own) => ({
    ok: true,
    auth: found.auth,
    headers: headers === undefined ? own : { ...own, ...headers },
  }))
}

/** Rejects a sender that could not be identified. @throws any error that is a defect, not a rejection. */
function reject(
  refusals: Refusals,
  error: unknown,
  requirement: CheckedRequirement,
  { scheme, headers }: Facts,
): MaybePromise<Outcome<never>> {
  if (!isSealbearerError(error) || !isRefusalCode(error.code)) throw error
  return refusals.refuse({ code: error.code, parameter: error.parameter, scheme, headers }, requirement)
}

/**
 * Creates the single place where requests are accepted and rejected, and where the event is emitted.
 *
 * @param identifyAgain Repeats the checks of an identity.
 */
export function createDecide<Claims>(
  refusals: Refusals,
  listeners: Listeners<DecisionEvent>,
  identifyAgain: (identity: Identity<Claims>) => Identify<Claims>,
): Decide<Claims> {
  /** Checks again what was accepted before something was waited for. */
  const checkAgain = (
    accepted: Outcome<Auth<Claims> | undefined>,
    identity: Identity<Claims>,
    requirement: CheckedRequirement,
    facts: Facts,
  ) =>
    chainOrRecover<Identity<Claims> | undefined, Outcome<Auth<Claims> | undefined>>(
      () =>
        identity.verification.stillHolds(identity.verification)
          ? undefined
          : identifyAgain(identity)({ ...facts }),
      (again) => (again === undefined ? accepted : decide(refusals, again, requirement, facts)),
      (error) => reject(refusals, error, requirement, facts),
    )
  const decideOnce = (identify: Identify<Claims>, requirement: CheckedRequirement, facts: Facts) => {
    let identity: Identity<Claims> | undefined
    const outcome = chainOrRecover<Identity<Claims> | undefined, Outcome<Auth<Claims> | undefined>>(
      () => identify(facts),
      (found) => {
        identity = found
        return decide(refusals, found, requirement, facts)
      },
      (error) => reject(refusals, error, requirement, facts),
    )
    if (!isPromise(outcome)) return outcome
    return outcome.then((decided) => {
      if (!decided.ok || identity === undefined || facts.hasWaited !== true) return decided
      return checkAgain(decided, identity, requirement, facts)
    })
  }
  const { hasOwn, channel } = listeners
  return (identify, requirement) => {
    if (!hasOwn && channel?.hasSubscribers !== true)
      return decideOnce(identify, requirement, { isObserved: false })
    const facts: Facts = { isObserved: true }
    const start = performance.now()
    return chain(decideOnce(identify, requirement, facts), (outcome) => {
      listeners.emit(eventOf(outcome, facts, performance.now() - start))
      return outcome
    })
  }
}

type EventDraft = { -readonly [Member in keyof DecisionEvent]: DecisionEvent[Member] }

/** Members are assigned: spreading as many objects would double the cost of an event. */
function eventOf(outcome: Outcome<unknown>, facts: Facts, duration: number): DecisionEvent {
  const { scheme, source, policy, remembered } = facts
  const event: EventDraft = { accepted: outcome.ok, duration }
  if (!outcome.ok) {
    const { code, parameter } = outcome.error
    event.code = code
    if (parameter !== undefined) event.parameter = parameter
  }
  if (scheme !== undefined) event.scheme = scheme.name
  if (source !== undefined) event.source = source
  if (policy?.form !== undefined) event.form = policy.form
  const issuer = policy?.issuers && onlyName(policy.issuers)
  if (issuer !== undefined) event.issuer = issuer
  if (remembered !== undefined) event.remembered = remembered
  return event
}

/** Tokens without `iss` have no issuer to name. */
function onlyName(issuers: readonly (string | null)[]): string | undefined {
  let only: string | undefined
  for (const name of issuers) {
    if (name === null) continue
    if (only !== undefined) return undefined
    only = name
  }
  return only
}

/** The decision about one request or token. Contains no part of a token, a key or a claim. */
export interface DecisionEvent {
  readonly accepted: boolean
  /** Why it was rejected. */
  readonly code?: ErrorCode
  /** Name of the claim, header or option at fault, if any; never its value. */
  readonly parameter?: string
  /** The authentication scheme of the credentials; absent for a request without any. */
  readonly scheme?: string
  /** Where they were found; `token` for the argument of `authenticateToken`, `auth` for `check`. */
  readonly source?: 'header' | 'cookie' | 'token' | 'auth'
  readonly form?: TokenForm | 'opaque'
  /** As configured, never as in the token; absent if a function decides about issuers. */
  readonly issuer?: string
  /** Whether the token was verified before, and cached. */
  readonly remembered?: boolean
  /** Milliseconds. */
  readonly duration: number
}
