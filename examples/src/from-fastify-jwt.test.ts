import fastifyJwt from '@fastify/jwt'
import { expectRefused } from '@sealbearer/testing'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bearerHeaders,
  loadRecipe,
  type Running,
  type ServerRecipe,
  startServer,
  urlOf,
} from './testing/recipe.js'

const secret = 'a secret of forty characters, for a test'

describe('from-fastify-jwt.ts', () => {
  const old = fastify()
  let running: Running
  let url: string
  beforeAll(async () => {
    await old.register(fastifyJwt, { secret })
    const recipe = await loadRecipe<ServerRecipe>('from-fastify-jwt.ts', { JWT_SECRET: secret })
    running = await startServer('/orders')(recipe)
    url = await urlOf(recipe.server)
  })
  afterAll(async () => {
    await running?.close()
    await old.close()
  })

  const exchange = async (token: string): Promise<string> => {
    const answer = await fetch(`${url}/token`, { method: 'POST', headers: bearerHeaders(token) })
    // What the recipe answers.
    return ((await answer.json()) as { token: string }).token
  }
  const claims = { sub: 'user_123', scope: 'orders:read' }

  test.each([{}, { expiresIn: '1h' }])(
    'accepts an old token, signed with %j, and exchanges it',
    async (options) => {
      const token = old.jwt.sign(claims, options)
      expect(await (await running.ask(token)).text()).toBe('{"sub":"user_123"}')
      const next = await exchange(token)
      expect(next).not.toBe(token)
      expect(await (await running.ask(next)).text()).toBe('{"sub":"user_123"}')
    },
  )

  test('refuses what neither has made', async () => {
    expectRefused(await running.ask(), 'SB_CREDENTIALS_MISSING')
    const day = 86_400
    const now = Math.floor(Date.now() / 1000)
    expectRefused(await running.ask(old.jwt.sign({ ...claims, iat: now - 31 * day })), 'SB_TOKEN_EXPIRED')
    expectRefused(await running.ask(old.jwt.sign({ ...claims, exp: now - 1 })), 'SB_TOKEN_EXPIRED')
    expectRefused(
      await running.ask(old.jwt.sign({ ...claims, iss: 'https://api.example.com' })),
      'SB_ALG_NOT_ALLOWED',
    )
    const other = fastify()
    await other.register(fastifyJwt, { secret: `${secret}!` })
    expectRefused(await running.ask(other.jwt.sign(claims)), 'SB_INTEGRITY_FAILED')
  })

  test('refuses tokens of both kinds without the scope', async () => {
    const token = old.jwt.sign({ sub: 'user_123' })
    expectRefused(await running.ask(token), 'SB_SCOPE_INSUFFICIENT')
    expectRefused(await running.ask(await exchange(token)), 'SB_SCOPE_INSUFFICIENT')
  })
})
