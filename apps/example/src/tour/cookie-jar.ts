import type { Example, Framework } from '../example.js'

/** How a request is sent. */
interface Sending {
  readonly method?: 'GET' | 'POST'
  readonly body?: object
  /** Whether the response gets lost. */
  readonly lost?: boolean
}

/** The cookies of a browser. */
export interface CookieJar {
  /** Sends a request and stores the cookies of the response, unless it gets `lost`. @returns The status. */
  send(path: string, sending?: Sending): Promise<number>
  /** Drops the cookie of the access token, as browsers do when it has expired. */
  expire(): void
  /** The same cookies, as stolen by a thief. */
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
