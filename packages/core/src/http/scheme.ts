import type { HeaderFields } from '../errors.js'
import type { Verdict } from '../jwt/verdict.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { AuthRequest } from './request.js'

/** Credentials that were found in a request, not verified yet. */
export interface Credentials {
  readonly scheme: Scheme
  readonly token: string
  /** A browser sends a cookie by itself, whoever asks it to; a header it does not. */
  readonly source: 'header' | 'cookie'
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
  /**
   * Checks that the sender holds what the token is bound to; a scheme without it accepts unbound tokens alone. Throws
   * or rejects with the code to refuse with.
   */
  readonly confirm?: (request: AuthRequest, token: string, verdict: Verdict<unknown>) => MaybePromise<void>
  /** Headers for every answer under this scheme with status 401, and for every accepted request. */
  readonly responseHeaders?: () => HeaderFields
}

/** RFC 6750: whoever has the token may use it. */
export const bearerScheme: Scheme = Object.freeze({ name: 'Bearer', attributes: Object.freeze({}) })
