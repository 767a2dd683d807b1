import type { ErrorCode } from '../error-table.js'
import type { TokenForm } from '../jwt/verification.js'

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
