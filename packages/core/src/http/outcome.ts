import type { JoseHeader } from '../crypto/engine.js'
import type { FailureResponse, HeaderFields, SealbearerError } from '../errors.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import type { TokenForm } from '../jwt/verification.js'

/** The sender of a request, and what the token allows. Frozen; its contents are shared between requests. */
export interface Auth<Claims = VerifiedClaims> {
  /** The claims, after the verifier's schema was applied. */
  readonly claims: Claims
  readonly scopes: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  /** `opaque` for a token that is not a JWT. */
  readonly form: TokenForm | 'opaque'
  readonly protectedHeader: JoseHeader
  /** The verified `iss`, even if a schema removes it from the claims; `undefined` if the policy requires none. */
  readonly issuer: string | undefined
  /** The actor (claim `act`, RFC 8693 §4.1); `undefined` if the subject acts itself. */
  readonly actor: Actor | undefined
  /** When the token expires: its `exp`, or `iat` and the verifier's `maxTokenAge`, if that is earlier; `undefined` without both. */
  readonly expiresAt: Date | undefined
  /**
   * Aborts when the token expires or, if its verifier has `revocations`, is revoked: pass it to work that outlives the
   * request, such as a stream or a WebSocket. The reason is a `SealbearerError`. Without `expiresAt` it never aborts.
   */
  readonly signal: AbortSignal
}

/** The request is accepted, and its response must include `headers`. */
export interface Granted<A = Auth> {
  readonly ok: true
  readonly auth: A
  readonly headers: HeaderFields
}

/** The request is rejected with `status`, `headers` and the JSON of `body`; `error` is for the log. */
export interface Refused extends FailureResponse {
  readonly ok: false
  readonly error: SealbearerError
}

/** The result of authenticating a request. */
export type Outcome<A = Auth> = Granted<A> | Refused

/**
 * The `auth` under a requirement: it can be `undefined` only if `optional` is, or could be, `true`.
 *
 * @typeParam Optional The type of the requirement's `optional`.
 */
export type AuthUnder<Claims = VerifiedClaims, Optional = false> = true extends Optional
  ? Auth<Claims> | undefined
  : Auth<Claims>

/** Who acts for the subject of a token (RFC 8693 §4.1). */
export interface Actor {
  readonly sub: string
  readonly iss?: string
  /** The previous actor in a delegation chain; informational only. */
  readonly actor?: Actor
}
