import {
  type Authenticator,
  createAuthenticator,
  createIssuer,
  createMemoryStore,
  createVerifier,
  generateKey,
} from '@sealbearer/core'
import {
  createRevocations,
  createSessionCookies,
  createSessions,
  type SessionCookies,
  type SessionEvent,
  type Sessions,
} from '@sealbearer/sessions'

/** What every framework serves in the same way. */
export interface Application {
  readonly authenticator: Authenticator
  readonly cookies: SessionCookies
  readonly sessions: Sessions
  readonly events: readonly SessionEvent[]
  /** Lets time pass on the server, in seconds. The browser's clock stays. */
  pass(seconds: number): void
}

/** The page at `/`. */
export const page = `<!doctype html><title>orders</title>
<form action="/login" method="post"><button id="login">Log in</button></form>
<form action="/session/logout" method="post"><button id="logout">Log out</button></form>
<form action="/logout-everywhere" method="post"><button id="everywhere">Log out everywhere</button></form>`

export async function createApplication(): Promise<Application> {
  let ahead = 0
  const now = (): Date => new Date(Date.now() + ahead)
  const keys = await generateKey('ES256')
  const parties = { issuer: 'https://app.test', audience: 'https://app.test', typ: 'at+jwt', now }
  const store = createMemoryStore({ now })
  const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: 'refuse', now })
  const events: SessionEvent[] = []
  const sessions = createSessions({
    accessTokens: createIssuer({
      ...parties,
      ...{ lifetime: '15m', maxLifetime: '15m' },
      signature: { algorithm: 'ES256', keys },
    }),
    refreshTokens: { secret: 'a secret of this server, at least 32 bytes', window: '30s' },
    ...{ store, revocations, now },
    onEvent: (event) => events.push(event),
  })
  const cookies = createSessionCookies(sessions, { access: '__Host-access', refresh: '__Host-refresh' })
  const authenticator = createAuthenticator({
    verifier: createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys }, revocations }),
    credentials: [cookies.credentials],
    renewal: cookies.renewal,
  })
  await revocations.ready()
  return {
    ...{ authenticator, cookies, sessions, events },
    pass(seconds) {
      ahead += seconds * 1000
    },
  }
}
