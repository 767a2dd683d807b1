import type { FailureResponse, SealbearerError } from '../errors.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import type { Auth } from './auth.js'

/** The request may go on. */
export interface Granted<A = Auth> {
  readonly ok: true
  readonly auth: A
}

/** The request is answered with `status`, `headers` and the JSON of `body`; `error` is for the log. */
export interface Refused extends FailureResponse {
  readonly ok: false
  readonly error: SealbearerError
}

/** What became of a request. */
export type Outcome<A = Auth> = Granted<A> | Refused

/**
 * The `auth` that a requirement leaves: it may be `undefined` only where `optional` is, or could be, `true`.
 *
 * @typeParam Optional The type of the requirement's `optional`.
 */
export type AuthUnder<Claims = VerifiedClaims, Optional = false> = true extends Optional
  ? Auth<Claims> | undefined
  : Auth<Claims>
