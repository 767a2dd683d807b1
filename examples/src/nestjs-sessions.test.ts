import { randomBytes } from 'node:crypto'
import type { INestApplication } from '@nestjs/common'
import { expectRefused } from '@sealbearer/testing'
import { expect, onTestFinished, test } from 'vitest'
import { loadRecipe } from './testing/recipe.js'

const SECRET = randomBytes(32).toString('base64')

test.each(['express', 'fastify'])(
  'nestjs-sessions.ts on %s: login, logout, logout everywhere',
  async (PLATFORM) => {
    const { app } = await loadRecipe<{ app: INestApplication }>('nestjs-sessions.ts', { PLATFORM, SECRET })
    onTestFinished(() => app.close())
    const url = (await app.getUrl()).replace('[::1]', 'localhost')
    const send = (method: string, path: string, headers: Record<string, string> = {}) =>
      fetch(url + path, { method, headers: { 'sec-fetch-site': 'same-origin', ...headers } })
    const logIn = async (): Promise<string> => {
      const response = await send('POST', '/login')
      expect(response.status).toBe(201)
      const pairs = response.headers.getSetCookie().map((line) => line.split(';', 1).join(''))
      return pairs.filter((pair) => !pair.endsWith('=')).join('; ')
    }

    expectRefused(await send('GET', '/me'), 'SB_CREDENTIALS_MISSING')
    expect((await send('POST', '/login', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const [phone, laptop] = [await logIn(), await logIn()]
    expect(await (await send('GET', '/me', { cookie: phone })).json()).toEqual({ sub: 'user_123' })
    expect((await send('POST', '/logout', { cookie: phone })).status).toBe(204)
    expect((await send('GET', '/me', { cookie: phone })).status).toBe(401)
    expect((await send('GET', '/me', { cookie: laptop })).status).toBe(200)
    expect((await send('POST', '/logout-everywhere', { cookie: laptop })).status).toBe(204)
    expect((await send('GET', '/me', { cookie: laptop })).status).toBe(401)
  },
)
