import { randomBytes } from 'node:crypto'
import { expectRefused } from '@sealbearer/testing'
import { expect, test } from 'vitest'
import { loadRecipe } from './testing/recipe.js'

interface Recipe {
  GET(request: Request): Promise<Response>
  POST(request: Request): Promise<Response>
}

const env = { NODE_ENV: 'production', SECRET: randomBytes(32).toString('base64') }

const send = (
  { GET, POST }: Recipe,
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> => {
  const url = `https://app.example.com/auth${path}`
  const own = { 'sec-fetch-site': 'same-origin', ...headers }
  return (method === 'GET' ? GET : POST)(new Request(url, { method, headers: own }))
}

const cookiesOf = ({ headers }: Response): string => {
  const pairs = headers.getSetCookie().map((line) => line.split(';', 1).join(''))
  return pairs.filter((pair) => !pair.endsWith('=')).join('; ')
}

test('nextjs-sessions.ts: login, renewal, logout, logout everywhere', async () => {
  const recipe = await loadRecipe<Recipe>('nextjs-sessions.ts', env)
  const me = (cookie: string) => send(recipe, 'GET', '/me', { cookie })
  const logIn = async (): Promise<string> => {
    const response = await send(recipe, 'POST', '/login')
    expect(response.status).toBe(200)
    return cookiesOf(response)
  }

  expectRefused(await send(recipe, 'GET', '/me'), 'SB_CREDENTIALS_MISSING')
  expect((await send(recipe, 'POST', '/login', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)

  const [phone, laptop] = [await logIn(), await logIn()]
  expect(await (await me(phone)).json()).toEqual({ sub: 'user_123' })
  const renewed = await me(phone.replace(/__Host-access=[^;]*(?:; )?/, ''))
  expect(renewed.status).toBe(200)
  expect(cookiesOf(renewed)).toContain('__Host-access=')

  expect((await send(recipe, 'POST', '/logout', { cookie: cookiesOf(renewed) })).status).toBe(204)
  expect((await me(cookiesOf(renewed))).status).toBe(401)
  expect((await me(laptop)).status).toBe(200)
  expect((await send(recipe, 'POST', '/logout-everywhere', { cookie: laptop })).status).toBe(204)
  expect((await me(laptop)).status).toBe(401)
})

test('nextjs-sessions.ts can be loaded without a secret, and then answers nothing', async () => {
  const recipe = await loadRecipe<Recipe>('nextjs-sessions.ts', { ...env, SECRET: '' })
  await expect(send(recipe, 'GET', '/me')).rejects.toThrow(/^refreshTokens\.secret: /)
})
