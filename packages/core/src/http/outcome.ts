import type { JoseHeader } from '../crypto/engine.js'
import type { FailureResponse, HeaderFields, SealbearerError } from '../errors.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import type { TokenForm } from '../jwt/verdict.js'
import type { Actor } from './actor.js'

/** Who sends a request, and what their token allows. Frozen; its contents are shared between requests. */
export interface Auth<Claims = VerifiedClaims> {
  /** The claims, as the verifier's schema left them. */
  readonly claims: Claims
  readonly scopes: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  /** `opaque` for a token that is not a JWT. */
  readonly form: TokenForm | 'opaque'
  readonly protectedHeader: JoseHeader
  /** The verified `iss`, even where a schema takes it out of the claims; `undefined` where the policy does without. */
  readonly issuer: string | undefined
  /** Who acts for the subject (the claim `act`, RFC 8693 §4.1); `undefined` where the subject acts itself. */
  readonly actor: Actor | undefined
  /** When the token expires; `undefined` where it has no `exp`. */
  readonly expiresAt: Date | undefined
  /**
   * Fires when the token expires or, where its verifier has `revocations`, is revoked: hand it to what goes on after the
   * request, such as a stream or a WebSocket. The reason is a `SealbearerError`. Without `exp` it never fires.
   */
  readonly signal: AbortSignal
}

/** The request may go on, and its answer carries `headers`. */
export interface Granted<A = Auth> {
  readonly ok: true
  readonly auth: A
  readonly headers: HeaderFields
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
