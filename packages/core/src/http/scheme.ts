import type { HeaderFields } from '../errors.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { AuthRequest } from './request.js'

/** Credentials that were found in a request, not verified yet. */
export interface Credentials {
  readonly scheme: Scheme
  readonly token: string
  /** A browser sends a cookie by itself, whoever asks it to; a header it does not. */
  readonly source: 'header' | 'cookie'
}

/** A check of one way to bind a token to its sender. */
export interface ConfirmationCheck {
  /** The member of `cnf` that says what the token is bound to (RFC 7800 §3.1). */
  readonly member: string
  /** Checks that the sender holds it. Throws or rejects with the code to refuse with. */
  confirm(request: AuthRequest, token: string, value: string): MaybePromise<void>
}

/**
 * An authentication scheme (RFC 9110 §11.1): what has to be proven beside a valid token, and what a challenge says.
 * Where its credentials are found, its sources say.
 */
export interface Scheme {
  /** As it is written in challenges. */
  readonly name: string
  /** Attributes of its challenge beside `realm`, `scope` and the error. */
  readonly attributes: Readonly<Record<string, string>>
  /** What its tokens are bound to: without it, the scheme accepts unbound tokens; with it, bound ones alone. */
  readonly confirmation?: ConfirmationCheck
  /** Headers for every answer with status 401, and for every request that is accepted under this scheme. */
  readonly responseHeaders?: () => MaybePromise<HeaderFields>
}

/** RFC 6750: whoever has the token may use it. */
export const bearerScheme: Scheme = Object.freeze({ name: 'Bearer', attributes: Object.freeze({}) })
