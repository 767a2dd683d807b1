import type { HeaderFields } from '../errors.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { AuthRequest } from './request.js'

/** Credentials found in a request, not yet verified. */
export interface Credentials {
  readonly scheme: Scheme
  readonly token: string
  /** A browser sends a cookie automatically, even for requests of other sites, but not a header. */
  readonly source: 'header' | 'cookie'
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
