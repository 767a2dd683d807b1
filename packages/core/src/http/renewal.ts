import type { HeaderFields } from '../errors.js'
import type { AuthRequest } from './request.js'

/** What a renewal brings. */
export interface Renewed {
  /** The new access token; `undefined` when there is nothing to go on with. */
  readonly token: string | undefined
  /** For the answer, whatever is decided about the request: new cookies, cleared ones, or none. */
  readonly headers: HeaderFields
}

/** Renews the access token of a request before it is decided about, as `createSessionCookies` of `@sealbearer/sessions` does. */
export interface Renewal {
  /** Whether the request brings something to renew with. */
  isPossible(request: AuthRequest): boolean
  /** Rejects with a `SealbearerError` of status 503 when that cannot be done now. */
  renew(request: AuthRequest): Promise<Renewed>
}

/** Reads the option `renewal`. @throws {TypeError} */
export function renewalOption(renewal: Renewal | undefined): Renewal | undefined {
  if (renewal === undefined) return undefined
  if (typeof renewal?.isPossible === 'function' && typeof renewal.renew === 'function') return renewal
  throw new TypeError('renewal: must be the renewal of createSessionCookies')
}
