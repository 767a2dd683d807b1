import type { HeaderFields } from '../errors.js'
import type { AuthRequest } from './request.js'

/** The result of a renewal. */
export interface Renewed {
  /** The new access token; `undefined` if the session has ended. */
  readonly token: string | undefined
  /** Response headers regardless of the decision: new cookies, cleared ones, or none. */
  readonly headers: HeaderFields
}

/** Renews the access token of a request before the decision, as created by `createSessionCookies` of `@sealbearer/sessions`. */
export interface Renewal {
  /** Whether the request contains something to renew with. */
  isPossible(request: AuthRequest): boolean
  /** Rejects with a `SealbearerError` of status 503 if renewal is currently impossible. */
  renew(request: AuthRequest): Promise<Renewed>
}

/** Reads the option `renewal`. @throws {TypeError} */
export function renewalOption(renewal: Renewal | undefined): Renewal | undefined {
  if (renewal === undefined) return undefined
  if (typeof renewal?.isPossible === 'function' && typeof renewal.renew === 'function') return renewal
  throw new TypeError('renewal: must be the renewal of createSessionCookies')
}
