import { describe, expect, test } from 'vitest'
import { type Browser, createBrowser } from './testing/browser.js'
import { app, type CookieApp } from './testing/cookie-app.js'

const lifetime = 900
const window = 30

/** A page load after the access token has expired, and another one, which uses the new token. */
async function comesBack({ authenticator }: CookieApp, browser: Browser): Promise<boolean> {
  browser.jar.delete('__Host-access')
  await browser.send(authenticator)
  return (await browser.send(authenticator)).ok
}

const reportsArrive = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a thief', () => {
  const moments = ['after the login', 'after a renewal', 'in the window', 'after the window'] as const
  const orders = ['before the victim', 'after the victim', 'before and after', 'in the window'] as const
  const cases = moments.flatMap((copied) => orders.map((acts) => ({ copied, acts })))

  test.each(cases)(
    'with a copy made $copied, acting $acts, ends the session of both',
    async ({ copied, acts }) => {
      const made = await app()
      const { browser, logIn, pass, events } = made
      await logIn()
      if (copied !== 'after the login') {
        pass(lifetime + 1)
        expect(await comesBack(made, browser)).toBe(true)
      }
      if (copied === 'in the window') pass(window / 2)
      if (copied === 'after the window') pass(window + 1)
      const thief = browser.copy()

      let both = 0
      for (let round = 0; round < 3; round++) {
        pass(lifetime + 1)
        const first = acts.startsWith('before') && (await comesBack(made, thief))
        await reportsArrive()
        if (acts.startsWith('before')) pass(window + 1)
        const victim = await comesBack(made, browser)
        await reportsArrive()
        if (acts === 'after the victim' || acts === 'before and after') pass(window + 1)
        const second = !acts.startsWith('before the') && (await comesBack(made, thief))
        await reportsArrive()
        if (victim && (first || second)) both++
      }
      // Within one window both may be answered; not after it.
      expect(both).toBeLessThanOrEqual(1)
      expect(events.filter(({ type }) => type === 'reuse')).toHaveLength(1)
      pass(lifetime + 1)
      expect([await comesBack(made, browser), await comesBack(made, thief)]).toEqual([false, false])
    },
  )

  test.each(moments)('with a copy made %s, never used, does not affect the victim', async (copied) => {
    const made = await app()
    const { browser, logIn, pass, events } = made
    await logIn()
    if (copied !== 'after the login') pass(lifetime + 1)
    for (let round = 0; round < 5; round++) {
      expect(await comesBack(made, browser)).toBe(true)
      await reportsArrive()
      pass(lifetime + 1)
    }
    expect(events.map(({ type }) => type)).toEqual(['started', ...Array(5).fill('renewed')])
  })

  test('of one device ends that device, and leaves the other', async () => {
    const made = await app()
    const { browser: laptop, logIn, pass, sessions } = made
    const phone = createBrowser()
    await logIn('user_1', laptop)
    await logIn('user_1', phone)
    const thief = laptop.copy()
    pass(lifetime + 1)
    expect([await comesBack(made, laptop), await comesBack(made, phone)]).toEqual([true, true])
    await reportsArrive()
    pass(window + 1)
    expect([await comesBack(made, thief), await comesBack(made, laptop)]).toEqual([false, false])
    expect([thief.jar.size, laptop.jar.size]).toEqual([0, 0])
    pass(lifetime + 1)
    expect(await comesBack(made, phone)).toBe(true)
    expect(await sessions.list('user_1')).toHaveLength(1)
  })

  test('after a logout, has nothing', async () => {
    const made = await app()
    const { browser, logIn, cookies, authenticator } = made
    await logIn()
    const thief = browser.copy()
    await browser.call(cookies.logout)
    expect(await thief.send(authenticator)).toMatchObject({ ok: false, error: { code: 'SB_TOKEN_REVOKED' } })
    expect(await comesBack(made, thief)).toBe(false)
  })
})

describe('cookies that do not belong together', () => {
  /** What a request with both cookies is answered as, now and after the access token has expired. */
  async function subjects(made: CookieApp, browser: Browser): Promise<readonly unknown[]> {
    const subOf = async () => {
      const outcome = await browser.send(made.authenticator)
      return outcome.ok && outcome.auth.claims.sub
    }
    const now = await subOf()
    made.pass(lifetime + 1)
    return [now, await subOf()]
  }

  test("the refresh cookie of another user renews as that user, and with that user's claims alone", async () => {
    const made = await app()
    const mallory = createBrowser()
    await made.logIn('user_1')
    await made.logIn('mallory', mallory)
    made.browser.jar.set('__Host-refresh', mallory.jar.get('__Host-refresh') ?? '')
    expect(await subjects(made, made.browser)).toEqual(['user_1', 'mallory'])
    expect(await made.sessions.list('user_1')).toHaveLength(1)
  })

  test.each<{ title: string; names: readonly string[]; value(from: Browser): string }>([
    {
      title: 'a refresh token as access token',
      names: ['__Host-access'],
      value: ({ jar }) => jar.get('__Host-refresh') ?? '',
    },
    {
      title: 'an access token as refresh token',
      names: ['__Host-refresh'],
      value: ({ jar }) => jar.get('__Host-access') ?? '',
    },
    {
      title: 'a refresh token under the name of a chunk',
      names: ['__Host-access.0', '__Host-access.1'],
      value: ({ jar }) => jar.get('__Host-refresh') ?? '',
    },
    {
      title: 'a refresh token under other names',
      names: ['refresh', '__Secure-refresh', '__host-refresh', 'x__Host-refresh', '__Host-refresh2'],
      value: ({ jar }) => jar.get('__Host-refresh') ?? '',
    },
  ])('$title is no session', async ({ names, value }) => {
    const made = await app()
    await made.logIn()
    const other = createBrowser()
    for (const name of names) other.jar.set(name, value(made.browser))
    expect(await subjects(made, other)).toEqual([false, false])
    expect(await other.call(made.cookies.renew)).toMatchObject({ status: 400 })
    // The session has not noticed.
    expect(await made.browser.send(made.authenticator)).toMatchObject({ ok: true })
    expect(made.events.filter(({ type }) => type !== 'refused' && type !== 'renewed')).toHaveLength(1)
  })

  test('chunks of two tokens are neither of them', async () => {
    const made = await app()
    const { sessions, cookies, authenticator } = made
    const [one, two] = [createBrowser(), createBrowser()]
    for (const [browser, sub] of [[one, 'user_1'] as const, [two, 'user_2'] as const]) {
      browser.take(cookies.start(await sessions.start({ sub, claims: { pad: sub.repeat(1000) } })))
    }
    const chunks = [...one.jar.keys()].filter((name) => name.startsWith('__Host-access.'))
    expect(chunks.length).toBeGreaterThan(1)
    for (const name of chunks) {
      const mixed = one.copy()
      mixed.jar.set(name, two.jar.get(name) ?? '')
      mixed.jar.delete('__Host-refresh')
      expect(await mixed.send(authenticator)).toMatchObject({ ok: false, status: 401 })
    }
    expect(await one.send(authenticator)).toMatchObject({ ok: true, auth: { claims: { sub: 'user_1' } } })
  })

  test('a session of another issuer is refused, with the same secret and the same store', async () => {
    const made = await app()
    const other = await app({ issuerName: 'https://other.example.com', store: () => made.store })
    await other.logIn('user_1')
    const browser = other.browser.copy()
    expect(await browser.send(other.authenticator)).toMatchObject({ ok: true })
    expect(await subjects(made, browser)).toEqual([false, false])
    expect(made.events).toEqual([])
    expect(await comesBack(made, browser)).toBe(false)
    expect(browser.jar.size).toBe(0)
    expect(made.events).toEqual([{ type: 'refused', kind: 'unauthentic', sid: undefined }])
    other.pass(lifetime + 1)
    expect(await comesBack(other, other.browser)).toBe(true)
  })
})

describe('a clock that jumps', () => {
  test.each([3600, -3600, 86_400, -86_400])('by %i seconds logs no client out', async (seconds) => {
    const made = await app()
    const { browser, logIn, pass, events } = made
    await logIn()
    for (const jump of [lifetime + 1, seconds, lifetime + 1, -seconds, lifetime + 1]) {
      pass(jump)
      expect(await comesBack(made, browser)).toBe(true)
      await reportsArrive()
    }
    expect(events.filter(({ type }) => type === 'reuse' || type === 'ended')).toEqual([])
  })
})
