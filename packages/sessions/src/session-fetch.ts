import { singleFlight } from './single-flight.js'

/** Options of {@link createSessionFetch}. */
export interface SessionFetchOptions {
  /** The path of the endpoint `renew` of `createSessionCookies`. @default '/session/renew' */
  readonly renewPath?: string
  /** Sends the requests. @default the runtime's `fetch` */
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Creates a `fetch` for pages whose session is in cookies: after a 401 from the page's own origin, it renews the cookies,
 * once for all pending requests, and sends the request again. Not needed if the server has
 * `createAuthenticator({ renewal })`.
 *
 * If the session has ended, the 401 is returned; if it cannot be renewed at the moment, the 503.
 *
 * @example
 * const sessionFetch = createSessionFetch()
 * const response = await sessionFetch('/orders')
 */
export function createSessionFetch(options: SessionFetchOptions = {}): typeof globalThis.fetch {
  const { renewPath = '/session/renew', fetch = globalThis.fetch.bind(globalThis) } = options
  let renewals = 0
  const renewOnce = singleFlight(async () => {
    const answer = await fetch(renewPath, { method: 'POST', credentials: 'same-origin' })
    if (answer.ok) renewals++
    return answer
  })

  return async (input, init) => {
    const request = new Request(input, init)
    if (!isOwn(request.url)) return fetch(request)
    // A body can be read once.
    const again = request.clone()
    const before = renewals
    const answer = await fetch(request)
    if (answer.status !== 401) return answer
    // The cookies may have been renewed while the request was pending.
    if (renewals === before) {
      const renewed = await renewOnce()
      if (!renewed.ok) return renewed.status === 503 ? renewed.clone() : answer
    }
    return fetch(again)
  }
}

/** Outside of browsers a page has no origin, and the application determines where requests go. */
function isOwn(url: string): boolean {
  // The types of this package are Node's, which has none.
  const { location } = globalThis as { readonly location?: { readonly origin: string } }
  return location === undefined || new URL(url).origin === location.origin
}
