import type { TokenForm } from '@sealbearer/core'
import type { Example } from '../example.js'

/** The parameters of a login. */
interface Login {
  readonly username: 'ada' | 'ben'
  readonly form: TokenForm
  readonly scope?: string
  readonly deliver?: 'body' | 'cookie'
}

async function logIn({ tokenService, users }: Example, login: Login): Promise<Response> {
  const response = await fetch(`${tokenService.url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...login, password: users.passwords.get(login.username) }),
  })
  if (!response.ok) throw new Error(`the token service responded to a login with ${response.status}`)
  return response
}

/** Logs in, and returns the token from the body. */
export async function logInForToken(example: Example, login: Login): Promise<string> {
  const body: unknown = await (await logIn(example, login)).json()
  const token = typeof body === 'object' && body !== null && 'access_token' in body && body.access_token
  if (typeof token !== 'string') throw new Error('the token service sent no access_token')
  return token
}

/** Logs in like a browser, and returns the header `Cookie`. */
export async function logInForCookie(example: Example, login: Login): Promise<string> {
  const response = await logIn(example, { ...login, deliver: 'cookie' })
  const [cookie] = response.headers.getSetCookie().map((header) => header.split(';', 1)[0])
  if (cookie === undefined) throw new Error('the token service set no cookie')
  return cookie
}
