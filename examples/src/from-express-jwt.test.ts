import { expectRefused } from '@sealbearer/testing'
import express, { type ErrorRequestHandler } from 'express'
import { expressjwt } from 'express-jwt'
import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import {
  bearerHeaders,
  createRecipeIssuer,
  loadRecipe,
  type ServerRecipe,
  startServer,
  testRecipe,
  urlOf,
} from './testing/recipe.js'

const secret = 'a secret of forty characters, for a test'
const env = { JWT_SECRET: secret }
const [issuer, audience] = ['https://api.example.com', 'https://api.example.com']
const start = startServer('/orders')

testRecipe<ServerRecipe>('from-express-jwt.ts', { title: 'from-express-jwt.ts, new tokens', env, start })

/** What express-jwt answered. */
async function startOld() {
  const app = express()
  app.get('/orders', expressjwt({ secret, algorithms: ['HS256'], issuer, audience }), (req, res) => {
    // express-jwt leaves the claims there.
    res.json({ sub: (req as unknown as { auth: { sub: string } }).auth.sub })
  })
  const onError: ErrorRequestHandler = (error, _req, res, _next) => void res.sendStatus(error.status ?? 500)
  app.use(onError)
  return start({ server: app.listen(0) })
}

test('from-express-jwt.ts accepts what express-jwt accepted, and refuses what it refused', async () => {
  const provider = await createRecipeIssuer()
  const recipe = await loadRecipe<ServerRecipe>('from-express-jwt.ts', {
    ISSUER: await provider.listen(),
    ...env,
  })
  const [before, after] = [await startOld(), await start(recipe)]
  const claims = { sub: 'user_123', scope: 'orders:read' }
  const good = jwt.sign(claims, secret, { issuer, audience, expiresIn: '1h' })
  for (const { ask } of [before, after]) expect(await (await ask(good)).text()).toBe('{"sub":"user_123"}')

  const bad = [
    jwt.sign(claims, secret, { issuer, audience, expiresIn: -1 }),
    jwt.sign(claims, secret, { issuer, audience: 'https://other.example.com', expiresIn: '1h' }),
    jwt.sign(claims, secret, { issuer: 'https://other.example.com', audience, expiresIn: '1h' }),
    jwt.sign(claims, `${secret}!`, { issuer, audience, expiresIn: '1h' }),
  ]
  for (const token of bad) {
    expect((await before.ask(token)).status).toBe(401)
    expectRefused(await after.ask(token), 'SB_INTEGRITY_FAILED')
  }

  const write = { ...claims, scope: 'orders:write' }
  const url = await urlOf(recipe.server)
  const remove = async (token: string) =>
    (await fetch(`${url}/orders/7`, { method: 'DELETE', headers: bearerHeaders(token) })).status
  expect(await remove(await provider.mint(write))).toBe(204)
  expect(await remove(jwt.sign(write, secret, { issuer, audience, expiresIn: '1h' }))).toBe(403)
  await Promise.all([before.close(), after.close(), provider.close()])
})
