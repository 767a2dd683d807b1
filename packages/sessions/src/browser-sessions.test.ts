import { authenticateRequest, createMemoryStore, generateKey } from '@sealbearer/core'
import { expect, test } from 'vitest'
import { type BrowserSessionsOptions, createBrowserSessions } from './browser-sessions.js'
import { createBrowser } from './testing/browser.js'
import { secret } from './testing/setup.js'

const keys = await generateKey('ES256')
let time = 1_800_000_000_000
const now = (): Date => new Date(time)

const options = (): BrowserSessionsOptions => ({
  issuer: 'https://app.example.com',
  signature: { algorithm: 'ES256', keys },
  refreshTokens: { secret },
  store: createMemoryStore({ now }),
  onStoreLost: 'refuse',
  now,
})

test('logs in, renews on the way in, and logs out everywhere', async () => {
  const types: string[] = []
  const { authenticator, cookies, sessions, revocations } = createBrowserSessions({
    ...options(),
    claims: () => ({ scope: 'orders:read' }),
    onEvent: ({ type }) => types.push(type),
  })
  const browser = createBrowser()
  expect(await browser.send(authenticator)).toMatchObject({ error: { code: 'SB_CREDENTIALS_MISSING' } })
  browser.take(cookies.start(await sessions.start({ sub: 'user_1' })))
  expect(await browser.send(authenticator, { requirement: { scope: 'orders:read' } })).toMatchObject({
    ok: true,
  })
  time += 901_000
  expect(await browser.send(authenticator)).toMatchObject({ ok: true, auth: { claims: { sub: 'user_1' } } })
  await sessions.endAll('user_1')
  expect(await browser.send(authenticator)).toMatchObject({ ok: false, error: { code: 'SB_TOKEN_REVOKED' } })
  expect(types).toEqual(['started', 'renewed', 'ended', 'refused'])
  revocations.close()
})

test('keeps a user logged in over plain HTTP, for development', async () => {
  const { authenticator, cookies, logIn } = createBrowserSessions({
    ...options(),
    cookies: { secure: false },
    authenticator: { requireHttps: false },
  })
  const browser = createBrowser()
  const url = 'http://192.168.0.5:3000'
  const headers = { origin: url }
  browser.take(await logIn(new Request(`${url}/login`, { method: 'POST', headers }), { sub: 'user_1' }))
  const cookie = [...browser.jar].map((pair) => pair.join('=')).join('; ')
  const request = new Request(`${url}/me`, { method: 'POST', headers: { ...headers, cookie } })
  expect(await authenticateRequest(authenticator, request)).toMatchObject({ ok: true })
  expect(cookies.clear().filter((line) => /Secure|__Host-/.test(line))).toEqual([])
})

test('RFC 6265bis §8.4: a login continues no session whose cookies a browser had before', async () => {
  const { authenticator, cookies, sessions, logIn } = createBrowserSessions(options())
  const attacker = await sessions.start({ sub: 'attacker' })
  const browser = createBrowser()
  browser.take(cookies.start(attacker))
  const planted = new Map(browser.jar)
  const headers = {
    origin: 'https://app.example.com',
    cookie: [...planted].map((pair) => pair.join('=')).join('; '),
  }
  const request = new Request('https://app.example.com/login', { method: 'POST', headers })
  browser.take(await logIn(request, { sub: 'user_1' }))
  expect(await browser.send(authenticator)).toMatchObject({ ok: true, auth: { claims: { sub: 'user_1' } } })
  for (const [name, value] of planted) expect(browser.jar.get(name)).not.toBe(value)
  expect((await sessions.renew(attacker.refreshToken)).session.sub).toBe('attacker')
})

test('has one list of pages for the authenticator and the endpoints', async () => {
  const csrf = { origins: ['https://www.example.com'] }
  const made = createBrowserSessions({
    ...options(),
    csrf,
    cookies: { access: '__Host-a', refresh: '__Host-r' },
  })
  const browser = createBrowser()
  browser.take(made.cookies.start(await made.sessions.start({ sub: 'user_1' })))
  expect([...browser.jar.keys()]).toEqual(['__Host-a', '__Host-r'])
  const headers = { origin: 'https://www.example.com', 'sec-fetch-site': 'cross-site' }
  const foreign = { ...headers, origin: 'https://evil.example' }
  const send = (fields: Record<string, string>) =>
    browser.send(made.authenticator, { method: 'POST', headers: fields })
  expect(await send(headers)).toMatchObject({ ok: true })
  expect(await send(foreign)).toMatchObject({ error: { code: 'SB_CSRF', parameter: 'origin' } })
  const login = (fields: Record<string, string>) =>
    made.logIn(new Request('https://app.example.com/login', { method: 'POST', headers: fields }), {
      sub: 'user_1',
    })
  expect((await login(headers)).join('\n')).toMatch(/^__Host-a=ey.*^__Host-r=sbr_/ms)
  await expect(login(foreign)).rejects.toMatchObject({ code: 'SB_CSRF', status: 403, parameter: 'origin' })
  expect(await made.sessions.list('user_1')).toHaveLength(2)
  made.revocations.close()
})

test('passes options to the authenticator, whose claims have a subject', async () => {
  const { authenticator, cookies, sessions } = createBrowserSessions({
    ...options(),
    authenticator: { requireHttps: false, realm: 'orders' },
  })
  const [access = ''] = cookies.start(await sessions.start({ sub: 'user_1' }))
  const request = new Request('http://app.example.com/', {
    headers: { cookie: access.split(';', 1).join('') },
  })
  const outcome = await authenticateRequest(authenticator, request)
  const sub: string = outcome.ok ? outcome.auth.claims.sub : ''
  expect(sub).toBe('user_1')
  const { headers } = authenticator.refuse('SB_CREDENTIALS_MISSING')
  expect(headers).toMatchObject({ 'WWW-Authenticate': expect.stringContaining('realm="orders"') })
})

test('asks nothing about the loss of a store in memory', async () => {
  const { onStoreLost: _, ...rest } = options()
  const { authenticator, revocations, sessions } = createBrowserSessions(rest)
  const { accessToken, session } = await sessions.start({ sub: 'user_1' })
  expect(await authenticator.authenticateToken(accessToken)).toMatchObject({ ok: true })
  await revocations.revoke({ sid: session.id })
  expect(await authenticator.authenticateToken(accessToken)).toMatchObject({
    error: { code: 'SB_TOKEN_REVOKED' },
  })
  revocations.close()
})

test.each<{ names: RegExp; wrong: object }>([
  { names: /^signature: required/, wrong: { signature: undefined } },
  // A shared store can be lost.
  { names: /^onStoreLost: required/, wrong: { store: { ...createMemoryStore() }, onStoreLost: undefined } },
  { names: /^store: /, wrong: { store: {} } },
  { names: /^authenticator.credentials: /, wrong: { authenticator: { credentials: [] } } },
  { names: /^authenticator.csrf: /, wrong: { authenticator: { csrf: {} } } },
  { names: /^renewal: /, wrong: { cookies: { refreshPath: '/session', refresh: 'r' } } },
  { names: /secret/, wrong: { refreshTokens: { secret: 'short' } } },
  { names: /lifetime/, wrong: { lifetime: '15m' } },
])('refuses wrong options: $names', ({ names, wrong }) => {
  expect(() => createBrowserSessions({ ...options(), ...wrong })).toThrow(TypeError)
  expect(() => createBrowserSessions({ ...options(), ...wrong })).toThrow(names)
})
