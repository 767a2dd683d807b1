import { type HeaderFields, SealbearerError } from '../errors.js'
import type { Verification } from '../jwt/verification.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import type { AuthRequest } from './request.js'

/** Credentials found in a request, not yet verified. */
export interface Credentials {
  readonly scheme: Scheme
  readonly token: string
  /** A browser sends a cookie automatically, even for requests of other sites, but not a header. */
  readonly source: 'header' | 'cookie'
  /** The name of the header or cookie. */
  readonly place: string
}

/** A check of one way to bind a token to its sender. */
export interface ConfirmationCheck {
  /** The member of `cnf` with the binding (RFC 7800 §3.1). */
  readonly member: string
  /** Checks that the sender holds it. Throws or rejects with the code of the rejection. */
  confirm(request: AuthRequest, token: string, value: string): MaybePromise<void>
}

/**
 * An authentication scheme (RFC 9110 §11.1): the proof it requires in addition to a valid token, and its challenge. Where
 * its credentials are found is defined by its sources.
 */
export interface Scheme {
  /** The name in challenges. */
  readonly name: string
  /** Attributes of its challenge in addition to `realm`, `scope` and the error. */
  readonly attributes: Readonly<Record<string, string>>
  /** The binding of its tokens: without it, the scheme accepts unbound tokens; with it, only bound ones. */
  readonly confirmation?: ConfirmationCheck
  /** Headers for every response with status 401, and for every request that is accepted under this scheme. */
  readonly responseHeaders?: () => MaybePromise<HeaderFields>
}

/** RFC 6750: whoever has the token may use it. */
export const bearerScheme: Scheme = Object.freeze({ name: 'Bearer', attributes: Object.freeze({}) })

/** Checks that the sender of a token holds its bound key. Throws, or rejects, with the code of the rejection. */
export type Confirm = (
  request: AuthRequest | undefined,
  credentials: Pick<Credentials, 'scheme' | 'token'>,
  verification: Verification<unknown>,
) => MaybePromise<void>

/**
 * Creates the check of bindings. Every member of a `cnf` must be checked (RFC 7800 §3.1): an unknown one is a binding
 * too.
 *
 * @param everyScheme Checks that do not depend on the scheme.
 * @param rule Under schemes that require no proof: `ignored` accepts bound tokens without proof, `required` rejects unbound
 * tokens.
 */
export function createConfirm(
  everyScheme: readonly ConfirmationCheck[],
  rule: 'checked' | 'ignored' | 'required',
): Confirm {
  return (request, { scheme, token }, { token: { confirmation } }) => {
    const own = scheme.confirmation
    const isFree = confirmation === undefined && rule !== 'required'
    if (own === undefined && (isFree || rule === 'ignored')) return undefined
    if (own !== undefined && !hasMember(confirmation, own.member)) {
      throw new SealbearerError('SB_CONFIRMATION_MISMATCH', 'cnf')
    }
    // Last, because the check consumes the proof.
    const checks = own === undefined ? everyScheme : [...everyScheme, own]
    assertBindings(confirmation)
    return confirmAll(request, token, confirmation, checks)
  }
}

const hasMember = (confirmation: unknown, member: string): boolean =>
  typeof confirmation === 'object' && confirmation !== null && Object.hasOwn(confirmation, member)

const required = (): SealbearerError => new SealbearerError('SB_CONFIRMATION_REQUIRED', 'cnf')

/** The members of a `cnf`, which must be strings if they are known. */
type Bindings = Readonly<Record<string, string>>

function assertBindings(confirmation: unknown): asserts confirmation is Bindings {
  if (typeof confirmation !== 'object' || confirmation === null) throw required()
  const values = Object.values(confirmation)
  if (values.length === 0 || !values.every((value) => typeof value === 'string')) throw required()
}

function confirmAll(
  request: AuthRequest | undefined,
  token: string,
  bindings: Bindings,
  checks: readonly ConfirmationCheck[],
): MaybePromise<void> {
  const fitting = checks.filter(({ member }) => Object.hasOwn(bindings, member))
  if (request === undefined || fitting.length !== Object.keys(bindings).length) throw required()
  const confirmFrom = (index: number): MaybePromise<void> => {
    const check = fitting[index]
    if (check === undefined) return undefined
    return chain(check.confirm(request, token, bindings[check.member] ?? ''), () => confirmFrom(index + 1))
  }
  return confirmFrom(0)
}
