import type { Authenticator, Outcome, Requirement } from '@sealbearer/core'
import { authenticateRequest } from '@sealbearer/core'
import { type Endpoint, type HeaderFields, webAuthRequest } from '@sealbearer/core/internal'

/** What a test can send. */
export interface Sent {
  readonly method?: string
  /** Another page than the server's own has sent it. */
  readonly crossSite?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

/** A browser with a cookie jar, on one origin. */
export interface Browser {
  readonly jar: Map<string, string>
  /** Takes the cookies of an answer. */
  take(cookies: HeaderFields | readonly string[]): void
  /** Sends a request through an authenticator and takes the cookies of the answer, unless it gets `lost`. */
  send(
    authenticator: Authenticator,
    sent?: Sent & { readonly lost?: boolean; readonly requirement?: Requirement },
  ): Promise<Outcome>
  call(
    endpoint: Endpoint,
    sent?: Sent,
  ): Promise<{ status: number; headers: HeaderFields; body: string | undefined }>
  /** The same cookies, in another browser. */
  copy(): Browser
}

const origin = 'https://app.example.com'

export function createBrowser(jar: Map<string, string> = new Map<string, string>()): Browser {
  const requestOf = ({ method = 'GET', crossSite = false, headers = {} }: Sent): Request => {
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    return new Request(`${origin}/`, {
      method,
      headers: {
        ...(cookies !== '' && { cookie: cookies }),
        ...(method !== 'GET' && { 'sec-fetch-site': crossSite ? 'cross-site' : 'same-origin' }),
        ...headers,
      },
    })
  }
  const browser: Browser = {
    jar,
    take(answer) {
      const cookies = Array.isArray(answer) ? answer : [Reflect.get(answer, 'Set-Cookie') ?? []].flat()
      for (const line of cookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (line.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
      }
    },
    async send(authenticator, { lost = false, requirement, ...sent } = {}) {
      const outcome = await authenticateRequest(authenticator, requestOf(sent), requirement)
      if (!lost) browser.take(outcome.headers)
      return outcome
    },
    async call(endpoint, sent = {}) {
      const request = requestOf({ method: 'POST', ...sent })
      const answer = await endpoint(Object.assign(webAuthRequest(request), { text: () => request.text() }))
      browser.take(answer.headers)
      return answer
    },
    copy: () => createBrowser(new Map(jar)),
  }
  return browser
}
