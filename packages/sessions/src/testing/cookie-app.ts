import { type Authenticator, createAuthenticator, createVerifier, generateKey } from '@sealbearer/core'
import type { Grant } from '../grant.js'
import { createSessionCookies, type SessionCookies } from '../session-cookies.js'
import { type Browser, createBrowser } from './browser.js'
import { type Setup, setUp } from './setup.js'

export const names = { access: '__Host-access', refresh: '__Host-refresh' }

/** Sessions in cookies, and a browser. */
export interface CookieApp extends Setup {
  readonly cookies: SessionCookies
  readonly authenticator: Authenticator
  readonly browser: Browser
  /** Logs a user in, by default in the browser of the app. */
  logIn(sub?: string, browser?: Browser): Promise<Grant>
}

export async function app(options: Parameters<typeof setUp>[0] = {}): Promise<CookieApp> {
  const key = await generateKey('HS256')
  const made = await setUp(options, key)
  const cookies = createSessionCookies(made.sessions, names)
  const verifier = createVerifier({
    issuer: made.issuer.issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['HS256'], keys: key },
    revocations: made.revocations,
    now: made.now,
  })
  const authenticator = createAuthenticator({
    verifier,
    credentials: [cookies.credentials],
    renewal: cookies.renewal,
  })
  const browser = createBrowser()
  return {
    ...{ ...made, cookies, authenticator, browser },
    async logIn(sub = 'user_1', to = browser) {
      const grant = await made.sessions.start({ sub, claims: { scope: 'orders:read' } })
      to.take(cookies.start(grant))
      return grant
    },
  }
}
