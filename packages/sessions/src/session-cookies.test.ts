import type { JwtClaims } from '@sealbearer/core'
import type { HeaderFields } from '@sealbearer/core/internal'
import { describe, expect, test } from 'vitest'
import { createSessionCookies } from './session-cookies.js'
import { claimsOf } from './testing/claims-of.js'
import { app, names } from './testing/cookie-app.js'
import { secret, setUp } from './testing/setup.js'

describe('start', () => {
  test('writes two cookies that no script and no other host can read', async () => {
    const { cookies, sessions } = await app()
    const [access, ...rest] = cookies.start(await sessions.start({ sub: 'user_1' }))
    expect(access).toMatch(/^__Host-access=ey[^;]+; Max-Age=840; Path=\/; SameSite=Lax; Secure; HttpOnly$/)
    expect(rest.at(-1)).toMatch(
      /^__Host-refresh=sbr_[^;]+; Max-Age=1209600; Path=\/; SameSite=Lax; Secure; HttpOnly$/,
    )
  })
})

describe('a request', () => {
  test('with a fresh access token is accepted, and nothing is renewed', async () => {
    const { browser, authenticator, logIn, events } = await app()
    await logIn()
    expect(await browser.send(authenticator)).toMatchObject({ ok: true, auth: { claims: { sub: 'user_1' } } })
    expect(events.map(({ type }) => type)).toEqual(['started'])
  })

  test.each([
    { title: 'has expired', keepsCookie: true },
    { title: 'is gone', keepsCookie: false },
  ])('whose access token $title is renewed on the way in', async ({ keepsCookie }) => {
    const { browser, authenticator, logIn, events, pass } = await app()
    await logIn()
    pass(901)
    if (!keepsCookie) browser.jar.delete('__Host-access')
    const before = browser.jar.get('__Host-refresh')
    expect(await browser.send(authenticator)).toMatchObject({ ok: true, auth: { claims: { sub: 'user_1' } } })
    expect(browser.jar.get('__Host-refresh')).not.toBe(before)
    expect(await browser.send(authenticator)).toMatchObject({ ok: true, headers: {} })
    expect(events.map(({ type }) => type)).toEqual(['started', 'renewed'])
  })

  test('gets its new cookies also when it is refused for another reason', async () => {
    const { browser, authenticator, logIn, pass } = await app()
    await logIn()
    pass(901)
    const before = browser.jar.get('__Host-refresh')
    const outcome = await browser.send(authenticator, { requirement: { scope: 'orders:write' } })
    expect(outcome).toMatchObject({ ok: false, status: 403, error: { code: 'SB_SCOPE_INSUFFICIENT' } })
    expect(browser.jar.get('__Host-refresh')).not.toBe(before)
    expect(!outcome.ok && outcome.error.headers).toMatchObject({ 'Set-Cookie': expect.any(Array) })
  })

  test.each([
    { title: 'in one process', share: true },
    { title: 'in several processes', share: false },
  ])("with `answer: 'same'`, copies of one cookie all live on: $title", async ({ share }) => {
    const window = { length: '30s', answer: 'same' } as const
    const refreshTokens = { secret, lifetime: '30d', idle: '14d', window } as const
    const { browser, cookies, sessions, logIn, pass } = await app({ refreshTokens })
    await logIn()
    const copies = [browser, browser.copy(), browser.copy()]
    for (let i = 0; i < 3; i++) {
      pass(901)
      const answers = await Promise.all(
        copies.map((copy) => copy.call((share ? cookies : createSessionCookies(sessions, names)).renew)),
      )
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(new Set(copies.map(({ jar }) => jar.get(names.refresh))).size).toBe(1)
    }
  })

  test('in parallel with nine others is accepted, and the session goes on', async () => {
    const { browser, authenticator, logIn, events, pass } = await app()
    await logIn()
    pass(901)
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => browser.send(authenticator)))
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(outcomes.filter(({ headers }) => 'Set-Cookie' in headers)).toHaveLength(1)
    pass(901)
    expect(await browser.send(authenticator)).toMatchObject({ ok: true })
    expect(events.map(({ type }) => type)).toEqual(['started', 'renewed', 'renewed'])
  })

  test('whose answer got lost is renewed again', async () => {
    const { browser, authenticator, logIn, events, pass } = await app()
    await logIn()
    pass(901)
    await browser.send(authenticator, { lost: true })
    pass(31)
    // The renewal inside the lost request did not count as seen.
    expect(await browser.send(authenticator)).toMatchObject({ ok: true })
    expect(events.map(({ type }) => type)).toEqual(['started', 'renewed', 'displaced'])
    pass(901)
    expect(await browser.send(authenticator)).toMatchObject({ ok: true })
  })

  test('with a stolen refresh cookie that was replayed ends the session', async () => {
    const { browser, authenticator, logIn, events, pass } = await app()
    await logIn()
    const thief = browser.copy()
    pass(901)
    await browser.send(authenticator)
    await browser.send(authenticator)
    pass(31)
    await expect.poll(() => events.length).toBe(2)
    thief.jar.delete('__Host-access')
    expect(await thief.send(authenticator)).toMatchObject({ ok: false, status: 401 })
    expect(thief.jar.size).toBe(0)
    expect(events.at(-1)).toMatchObject({ type: 'reuse', kind: 'replayed' })
    expect(await browser.send(authenticator)).toMatchObject({ ok: false, status: 401 })
  })

  test('with both cookies of a session that is over is refused, and they are cleared', async () => {
    const { browser, authenticator, logIn, pass, sessions } = await app()
    await logIn()
    await sessions.endAll('user_1')
    const later = browser.copy()
    expect(await browser.send(authenticator)).toMatchObject({ error: { code: 'SB_TOKEN_REVOKED' } })
    expect(browser.jar.size).toBe(0)
    pass(901)
    expect(await later.send(authenticator)).toMatchObject({ error: { code: 'SB_CREDENTIALS_MISSING' } })
    expect(later.jar.size).toBe(0)
  })

  test.each([
    { title: 'all tokens of the user', target: () => ({ sub: 'user_1' }), isRenewed: true },
    { title: 'this token', target: ({ jti }: JwtClaims) => ({ jti: String(jti) }), isRenewed: true },
    { title: 'the session', target: ({ sid }: JwtClaims) => ({ sid: String(sid) }), isRenewed: false },
  ])('whose access token is revoked with $title is renewed: $isRenewed', async ({ target, isRenewed }) => {
    const { browser, authenticator, logIn, pass, revocations, sessions } = await app()
    const { accessToken, session } = await logIn()
    await revocations.revoke(target(claimsOf(accessToken)))
    // A session whose tokens are revoked ends as well, as theft and logout do.
    if (!isRenewed) await sessions.end({ sid: session.id })
    pass(1)
    const outcome = await browser.send(authenticator)
    expect(outcome).toMatchObject(isRenewed ? { ok: true } : { error: { code: 'SB_TOKEN_REVOKED' } })
    expect(browser.jar.size > 0).toBe(isRenewed)
  })

  test('while the store is lost is answered with 503, and keeps its cookies', async () => {
    let fails = false
    const { browser, authenticator, logIn, pass } = await app({
      store: (store) => ({
        rotate: async (presented) => {
          if (fails) throw new Error('connection refused')
          return store.rotate(presented)
        },
      }),
    })
    await logIn()
    pass(901)
    fails = true
    expect(await browser.send(authenticator)).toMatchObject({
      status: 503,
      error: { code: 'SB_STORE_UNAVAILABLE' },
    })
    expect(browser.jar.size).toBe(2)
    fails = false
    expect(await browser.send(authenticator)).toMatchObject({ ok: true })
  })

  test('of another site is not renewed', async () => {
    const { browser, authenticator, logIn, pass, events } = await app()
    await logIn()
    pass(901)
    for (const gone of [false, true]) {
      if (gone) browser.jar.delete('__Host-access')
      const outcome = await browser.send(authenticator, { method: 'POST', crossSite: true })
      expect(outcome).toMatchObject({ status: 403, error: { code: 'SB_CSRF' } })
    }
    expect(events.map(({ type }) => type)).toEqual(['started'])
    expect(await browser.send(authenticator, { method: 'POST' })).toMatchObject({ ok: true })
  })

  test('without any cookie has no credentials', async () => {
    const { browser, authenticator } = await app()
    for (const method of ['GET', 'POST']) {
      const outcome = await browser.send(authenticator, { method, crossSite: true })
      expect(outcome).toMatchObject({ status: 401, error: { code: 'SB_CREDENTIALS_MISSING' }, headers: {} })
    }
  })

  test('with a token that is too large for one cookie works like any other', async () => {
    const { browser, authenticator, sessions, cookies, pass } = await app()
    browser.take(cookies.start(await sessions.start({ sub: 'user_1', claims: { pad: 'x'.repeat(6000) } })))
    expect(browser.jar.has('__Host-access.1')).toBe(true)
    expect(await browser.send(authenticator)).toMatchObject({ ok: true })
    pass(901)
    expect(await browser.send(authenticator)).toMatchObject({ ok: true })
  })
})

describe('what browsers get (RFC 6265bis §4.1.1)', () => {
  const grammar =
    /^[!#$%&'*+\-.^_`|~\w]+=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*(?:; (?:Max-Age=\d+|Expires=\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT|Path=\/|SameSite=Lax|Secure|HttpOnly))*$/

  /** What answers can have in `Set-Cookie`, for an access token of any size. */
  async function answers(pad: number): Promise<readonly HeaderFields[]> {
    const { browser, cookies, sessions, authenticator, pass } = await app()
    const start = { sub: 'user_1', claims: { pad: 'x'.repeat(pad) } }
    const started = cookies.start(await sessions.start(start))
    browser.take(started)
    pass(901)
    const onTheWayIn = await browser.send(authenticator)
    pass(901)
    const refused = await browser.send(authenticator, { requirement: { scope: 'orders:write' } })
    pass(901)
    const renewed = await browser.call(cookies.renew)
    const loggedOut = await browser.call(cookies.logout)
    browser.take(cookies.start(await sessions.start(start)))
    const everywhere = await browser.call(cookies.logoutEverywhere)
    const parts = [onTheWayIn, refused, renewed, loggedOut, everywhere].map(({ headers }) => headers)
    return [{ 'Set-Cookie': started }, { 'Set-Cookie': cookies.clear() }, ...parts]
  }

  test.each([0, 2000, 3000, 6000, 9000])(
    'is one cookie of each name, with each attribute once, for a claim of %i characters',
    async (pad) => {
      for (const headers of await answers(pad)) {
        const lines = [headers['Set-Cookie'] ?? []].flat()
        const written = lines.map((line) => line.slice(0, line.indexOf('=')))
        expect(written).toContain('__Host-refresh')
        expect(new Set(written).size).toBe(written.length)
        for (const line of lines) {
          expect(line).toMatch(grammar)
          const attributes = line.split('; ').map((part) => part.split('=')[0])
          expect(new Set(attributes).size).toBe(attributes.length)
        }
      }
    },
  )
})

describe('the endpoint renew', () => {
  test('renews the cookies', async () => {
    const { browser, cookies, logIn, pass, authenticator } = await app()
    await logIn()
    pass(901)
    const answer = await browser.call(cookies.renew)
    expect(answer).toMatchObject({ status: 200, body: '{"expiresIn":900}' })
    expect(await browser.send(authenticator)).toMatchObject({ ok: true, headers: {} })
  })

  test('refuses, and clears the cookies of a session that is over', async () => {
    const { browser, cookies, logIn, sessions } = await app()
    await logIn()
    await sessions.endAll('user_1')
    const { status, body } = await browser.call(cookies.renew)
    expect([status, JSON.parse(body ?? '')]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'The refresh token is invalid, expired or was revoked' },
    ])
    expect(browser.jar.size).toBe(0)
  })

  test.each([
    { title: 'a GET', sent: { method: 'GET' }, status: 405 },
    { title: 'another site', sent: { crossSite: true }, status: 403 },
  ])('refuses $title', async ({ sent, status }) => {
    const { browser, cookies, logIn } = await app()
    await logIn()
    const before = new Map(browser.jar)
    expect(await browser.call(cookies.renew, sent)).toMatchObject({ status })
    expect(await browser.call(cookies.logout, sent)).toMatchObject({ status })
    expect(browser.jar).toEqual(before)
  })

  test('has nothing to renew without a cookie', async () => {
    const { browser, cookies } = await app()
    expect(await browser.call(cookies.renew)).toMatchObject({ status: 400 })
  })
})

describe('the endpoint logout', () => {
  test('ends the session and clears the cookies', async () => {
    const { browser, cookies, logIn, events, authenticator, revocations } = await app()
    const { session } = await logIn()
    const copy = browser.copy()
    expect(await browser.call(cookies.logout)).toMatchObject({ status: 204, body: undefined })
    expect(browser.jar.size).toBe(0)
    expect(events.at(-1)).toEqual({ type: 'ended', sid: session.id, by: 'client' })
    expect(revocations.status().entries).toBe(1)
    expect(await copy.send(authenticator)).toMatchObject({ ok: false, error: { code: 'SB_TOKEN_REVOKED' } })
    expect(await browser.call(cookies.logout)).toMatchObject({ status: 204 })
  })

  test('keeps the cookies where the store is lost', async () => {
    const { browser, cookies, logIn } = await app({
      store: () => ({ end: () => Promise.reject(new Error('connection refused')) }),
    })
    await logIn()
    expect(await browser.call(cookies.logout)).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } })
    expect(browser.jar.size).toBe(2)
  })
})

describe('with two refresh cookies, one of which another host has set', () => {
  const other = (token: string, own: string | undefined) => ({
    headers: { cookie: `__Host-refresh=${token}; __Host-refresh=${own}` },
  })

  test('nothing is renewed, since which of them is ours cannot be told', async () => {
    const { browser, cookies, logIn, sessions, events } = await app()
    await logIn()
    const { refreshToken } = await sessions.start({ sub: 'attacker' })
    const sent = other(refreshToken, browser.jar.get('__Host-refresh'))
    expect(await browser.call(cookies.renew, sent)).toMatchObject({ status: 400 })
    expect(events.map(({ type }) => type)).toEqual(['started', 'started'])
  })

  test.each(['garbage', 'sbr_', ''])('logout ends the session all the same: %j', async (token) => {
    const { browser, cookies, logIn, events } = await app()
    const { session } = await logIn()
    const sent = other(token, browser.jar.get('__Host-refresh'))
    expect(await browser.call(cookies.logout, sent)).toMatchObject({ status: 204 })
    expect(events.at(-1)).toEqual({ type: 'ended', sid: session.id, by: 'client' })
  })
})

describe('the endpoint logoutEverywhere', () => {
  test('ends all sessions of this user only', async () => {
    const { browser, cookies, logIn, sessions, authenticator } = await app()
    await sessions.start({ sub: 'user_1' })
    await sessions.start({ sub: 'user_2' })
    await logIn()
    const copy = browser.copy()
    expect(await browser.call(cookies.logoutEverywhere)).toMatchObject({ status: 204, body: undefined })
    expect(browser.jar.size).toBe(0)
    expect([(await sessions.list('user_1')).length, (await sessions.list('user_2')).length]).toEqual([0, 1])
    expect(await copy.send(authenticator)).toMatchObject({ error: { code: 'SB_TOKEN_REVOKED' } })
  })

  test('refuses where the session is over, since the others are not', async () => {
    const { browser, cookies, logIn, sessions } = await app()
    const { session } = await logIn()
    await sessions.start({ sub: 'user_1' })
    await sessions.end({ sid: session.id })
    const { status, body = '' } = await browser.call(cookies.logoutEverywhere)
    expect([status, JSON.parse(body)]).toMatchObject([400, { error: 'invalid_grant' }])
    expect([browser.jar.size, (await sessions.list('user_1')).length]).toEqual([0, 1])
  })

  test.each([
    { title: 'a GET', sent: { method: 'GET' }, status: 405 },
    { title: 'another site', sent: { crossSite: true }, status: 403 },
    { title: 'a request without the cookie', sent: { headers: { cookie: '' } }, status: 400 },
    { title: 'garbage', sent: { headers: { cookie: '__Host-refresh=sbr_x' } }, status: 400 },
  ])('refuses $title', async ({ sent, status }) => {
    const { browser, cookies, logIn, sessions } = await app()
    await logIn()
    expect(await browser.call(cookies.logoutEverywhere, sent)).toMatchObject({ status })
    expect(await sessions.list('user_1')).toHaveLength(1)
  })

  test('keeps the cookies where the store is lost', async () => {
    const { browser, cookies, logIn } = await app({
      store: () => ({ endAll: () => Promise.reject(new Error('connection refused')) }),
    })
    await logIn()
    expect(await browser.call(cookies.logoutEverywhere)).toMatchObject({ status: 503 })
    expect(browser.jar.size).toBe(2)
  })
})

describe('options', () => {
  test('have the usual names', async () => {
    const { sessions } = await setUp()
    const { access, refresh } = names
    const cookies = createSessionCookies(sessions)
    expect(cookies.clear()).toEqual(createSessionCookies(sessions, { access, refresh }).clear())
    expect([cookies.renew.path, cookies.logout.path, cookies.logoutEverywhere.path]).toEqual([
      '/session/renew',
      '/session/logout',
      '/session/logout-everywhere',
    ])
  })

  test('have other names over plain HTTP, where browsers drop Secure cookies', async () => {
    const { sessions } = await setUp()
    const grant = await sessions.start({ sub: 'user_1' })
    const lines = createSessionCookies(sessions, { secure: false }).start(grant)
    expect(lines.map((line) => line.split('=', 1)[0])).toEqual(
      createSessionCookies(sessions)
        .start(grant)
        .map((line) => line.split('=', 1)[0]?.replace('__Host-', '')),
    )
    expect(lines.filter((line) => line.includes('; Secure'))).toEqual([])
  })

  const underAuth = { refresh: '__Secure-refresh', refreshPath: '/auth' }

  test('renewal on the way in needs the refresh token everywhere', async () => {
    const { sessions } = await setUp()
    const cookies = createSessionCookies(sessions, {
      access: '__Host-access',
      refresh: '__Secure-refresh',
      refreshPath: '/auth',
    })
    expect(() => cookies.renewal).toThrow(/leave out refreshPath/)
    expect([cookies.renew.path, cookies.logout.path]).toEqual(['/auth/session/renew', '/auth/session/logout'])
  })

  test.each<{ title: string; options: object; message: RegExp }>([
    { title: '__Host- under a path', options: { refreshPath: '/auth' }, message: /__Host-/ },
    {
      title: 'one name for both',
      options: { refresh: '__Host-access' },
      message: /^refresh: must be another/,
    },
    {
      title: 'the name of a chunk',
      options: { access: 'a', refresh: 'a.0' },
      message: /^refresh: must be another .* chunks/,
    },
    {
      title: 'to renew where no refresh token comes',
      options: { ...underAuth, renewPath: '/session/renew' },
      message: /^renewPath: must be under refreshPath/,
    },
    {
      title: 'to log out where no refresh token comes',
      options: { ...underAuth, logoutPath: '/authors/logout' },
      message: /^logoutPath: must be under refreshPath/,
    },
    {
      title: 'a name of HTTPS over plain HTTP',
      options: { secure: false },
      message: /__Host-.*secure: true/,
    },
    { title: 'another secure', options: { secure: 'no' }, message: /^secure/ },
    { title: 'an invalid name', options: { access: 'a b' }, message: /name/ },
    { title: 'a misspelt option', options: { samesite: 'Lax' }, message: /"samesite"/ },
    { title: 'an invalid origin', options: { csrf: { origins: ['example.com'] } }, message: /^csrf/ },
  ])('refuses $title', async ({ options, message }) => {
    const { sessions } = await setUp()
    expect(() => createSessionCookies(sessions, { ...names, ...options })).toThrow(message)
  })

  test.each([
    { access: 'a', refresh: 'a.b' },
    { access: 'a', refresh: 'b.0' },
    { ...underAuth, renewPath: '/auth', logoutPath: '/auth/logout', logoutEverywherePath: '/auth/all' },
    { ...underAuth, refreshPath: '/auth/', renewPath: '/auth/a' },
    { renewPath: '/anywhere', logoutPath: '/else' },
  ])('accepts %j', async (options) => {
    const { sessions } = await setUp()
    expect(() => createSessionCookies(sessions, { ...names, ...options })).not.toThrow()
  })
})
