import type { Example, Framework } from '../example.js'

/** How a request is sent. */
interface Sending {
  readonly method?: 'GET' | 'POST'
  readonly body?: object
  /** The browser never gets the answer. */
  readonly lost?: boolean
}

/** A browser, as far as cookies go. */
export interface CookieJar {
  /** Sends a request and takes the cookies of the answer, unless it gets `lost`. @returns the status. */
  send(path: string, sending?: Sending): Promise<number>
  /** As when the access token has expired: browsers drop its cookie then. */
  expire(): void
  /** The same cookies, in other hands. */
  copy(): CookieJar
}

export function createCookieJar(
  { servers }: Pick<Example, 'servers'>,
  framework: Framework,
  cookies: Map<string, string> = new Map(),
): CookieJar {
  return {
    async send(path: string, { method = 'GET', body, lost = false }: Sending = {}): Promise<number> {
      const response = await fetch(servers[framework].url + path, {
        method,
        headers: {
          Cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
          'Sec-Fetch-Site': 'same-origin',
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      await response.arrayBuffer()
      for (const line of lost ? [] : response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      return response.status
    },
    expire(): void {
      cookies.delete('__Host-session')
    },
    copy: (): CookieJar => createCookieJar({ servers }, framework, new Map(cookies)),
  }
}
