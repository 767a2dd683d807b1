import { Auth } from '@auth/core'
import Credentials from '@auth/core/providers/credentials'

const origin = 'https://app.example.com'

/** Pairs of a `Cookie` header, from the lines of `Set-Cookie`. */
const pairsOf = (response: Response): readonly string[] =>
  response.headers.getSetCookie().map((line) => line.split(';', 1).join(''))

/**
 * Logs a user in with Auth.js itself.
 *
 * @param name With a long one, the session cookie comes in chunks.
 * @returns The pairs of the session cookie, as a browser sends them.
 */
export async function logInWithAuthJs(secret: string, name: string): Promise<readonly string[]> {
  const config = {
    secret,
    basePath: '/auth',
    trustHost: true,
    providers: [Credentials({ credentials: {}, authorize: () => ({ id: 'user_123', name }) })],
  }
  const csrf = await Auth(new Request(`${origin}/auth/csrf`), config)
  const { csrfToken } = await csrf.json()
  const logIn = new Request(`${origin}/auth/callback/credentials`, {
    method: 'POST',
    headers: { cookie: pairsOf(csrf).join('; ') },
    body: new URLSearchParams({ csrfToken }),
  })
  const response = await Auth(logIn, config)
  return pairsOf(response).filter((pair) => pair.includes('session-token'))
}
