import { randomBytes } from 'node:crypto'
import { encode } from '@auth/core/jwt'
import { expectRefused } from '@sealbearer/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logInWithAuthJs } from './testing/authjs.js'
import { loadRecipe, type ServerRecipe, startServer, urlOf } from './testing/recipe.js'

const secret = randomBytes(32).toString('base64') // as `npx auth secret` makes it
const oldCookie = '__Secure-authjs.session-token'
const token = { sub: 'user_123', name: 'A. User', email: 'user@example.com' }

describe('from-authjs.ts', () => {
  let url: string
  let close: () => unknown
  beforeAll(async () => {
    const recipe = await loadRecipe<ServerRecipe>('from-authjs.ts', { AUTH_SECRET: secret })
    close = (await startServer('/me')(recipe)).close
    url = await urlOf(recipe.server)
  })
  afterAll(() => close?.())

  const send = (path: string, cookie: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { cookie, 'sec-fetch-site': 'same-origin', ...init.headers } })
  const oldSession = async (
    options: { maxAge?: number; salt?: string; secret?: string } = {},
  ): Promise<string> => `${oldCookie}=${await encode({ token, secret, salt: oldCookie, ...options })}`

  test('accepts a session of Auth.js', async () => {
    expect(await (await send('/me', await oldSession())).json()).toEqual({ sub: 'user_123' })
  })

  test('gives a new session for it, which is accepted alone', async () => {
    const answer = await send('/session', await oldSession(), { method: 'POST' })
    expect(answer.status).toBe(204)
    const set = answer.headers.getSetCookie()
    expect(
      set.filter((value) => value.startsWith(`${oldCookie}=;`) && value.includes('Max-Age=0')),
    ).toHaveLength(1)
    const kept = set.filter((value) => !value.includes('Max-Age=0')).map((value) => value.split(';')[0])
    expect(kept).toHaveLength(2)
    expect(await (await send('/me', kept.join('; '))).json()).toEqual({ sub: 'user_123' })
    const again = await send('/session', kept.join('; '), { method: 'POST' })
    expect([again.status, again.headers.getSetCookie()]).toEqual([204, []])
  })

  test('accepts the cookie of a login of Auth.js', async () => {
    const sent = await logInWithAuthJs(secret, 'A. User')
    expect(sent.map((pair) => pair.split('=')[0])).toEqual([oldCookie])
    expect(await (await send('/me', sent.join('; '))).json()).toEqual({ sub: 'user_123' })
  })

  test('accepts one in the chunks of Auth.js, and clears each of them', async () => {
    const chunks = await logInWithAuthJs(secret, 'A. User '.repeat(750))
    expect(chunks.map((pair) => pair.split('=')[0])).toEqual(
      [0, 1, 2].map((index) => `${oldCookie}.${index}`),
    )
    const sent = chunks.join('; ')
    expect(await (await send('/me', sent)).json()).toEqual({ sub: 'user_123' })
    const answer = await send('/session', sent, { method: 'POST' })
    const cleared = answer.headers
      .getSetCookie()
      .filter((line) => line.startsWith(`${oldCookie}.`) && line.includes('Max-Age=0'))
    expect(cleared.map((line) => line.split('=')[0])).toEqual(
      [0, 1, 2].map((index) => `${oldCookie}.${index}`),
    )
    expectRefused(await send('/me', sent.replace('.1=', '.3=')), 'SB_TOKEN_MALFORMED')
  })

  test('refuses what Auth.js did not make for this cookie', async () => {
    expectRefused(await send('/me', ''), 'SB_CREDENTIALS_MISSING')
    expectRefused(await send('/me', await oldSession({ maxAge: -60 })), 'SB_TOKEN_EXPIRED')
    expectRefused(await send('/me', await oldSession({ salt: 'authjs.csrf-token' })), 'SB_INTEGRITY_FAILED')
    const foreign = await oldSession({ secret: randomBytes(32).toString('base64') })
    expectRefused(await send('/me', foreign), 'SB_INTEGRITY_FAILED')
  })

  test('gives no session to a page of another site', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await send('/session', await oldSession(), { method: 'POST', headers })).status).toBe(403)
  })
})
