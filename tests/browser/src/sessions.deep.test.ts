import { once } from 'node:events'
import { request as tlsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createApplication } from './application.js'
import { inChromium, launch, missing, selfSigned } from './chromium.js'
import { frameworks } from './frameworks.js'

describe.skipIf(missing !== undefined)(inChromium('in Chromium'), () => {
  let chromium: Browser
  let tls: ReturnType<typeof selfSigned>
  beforeAll(async () => {
    tls = selfSigned()
    chromium = await launch()
  })
  afterAll(() => chromium.close())

  async function setUp(serve: NonNullable<(typeof frameworks)[string]>) {
    const application = await createApplication()
    const server = await serve(application, tls)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A server on TCP has an address of this kind.
    const { port } = server.address() as AddressInfo
    const context = await chromium.newContext({ ignoreHTTPSErrors: true })
    onTestFinished(async () => {
      await context.close()
      server.closeAllConnections()
      server.close()
    })
    const url = `https://app.test:${port}`
    const tab = await context.newPage()
    return { ...application, url, port, context, tab, logIn: () => submit(tab, url, 'login') }
  }

  describe.each(Object.entries(frameworks))('%s', (_, serve) => {
    test('logs in, and no script sees the cookies', async () => {
      const { tab, url, logIn, context } = await setUp(serve)
      await tab.goto(url)
      expect(await orders(tab)).toBe(401)
      await logIn()
      expect(await orders(tab)).toBe(200)
      expect(await tab.evaluate(() => document.cookie)).toBe('')
      expect((await context.cookies()).map(({ name }) => name).sort()).toEqual([
        '__Host-access',
        '__Host-refresh',
      ])
    })

    test('answers ten parallel requests with an expired token, and rotates once', async () => {
      const { tab, logIn, pass, events } = await setUp(serve)
      await logIn()
      pass(901)
      const statuses = await tab.evaluate(() =>
        Promise.all(Array.from({ length: 10 }, async (_, i) => (await fetch(`/orders?${i}`)).status)),
      )
      expect(statuses).toEqual(Array(10).fill(200))
      expect(await orders(tab)).toBe(200)
      // Those that came while the first was answered joined it; later ones were parallel requests.
      expect(typesOf(events).filter((type) => type !== 'repeated')).toEqual(['started', 'renewed'])
    })

    test('goes on in two tabs, for a day', async () => {
      const { tab, url, context, logIn, pass, events } = await setUp(serve)
      await logIn()
      const another = await context.newPage()
      await another.goto(url)
      for (let hours = 0; hours < 24; hours++) {
        pass(3600)
        expect(await Promise.all([tab, another].map(orders))).toEqual([200, 200])
      }
      expect(typesOf(events).filter((type) => type === 'reuse' || type === 'ended')).toEqual([])
    })

    test('goes back, and loads again', async () => {
      const { tab, url, logIn, pass, events } = await setUp(serve)
      await logIn()
      pass(901)
      expect((await tab.goto(`${url}/orders`))?.status()).toBe(200)
      await tab.goBack()
      pass(901)
      expect((await tab.goForward())?.status() ?? 200).toBe(200)
      pass(901)
      expect((await tab.reload())?.status()).toBe(200)
      expect(typesOf(events).filter((type) => type !== 'started' && type !== 'renewed')).toEqual([])
    })

    test('loads again what was interrupted', async () => {
      const { tab, url, logIn, pass, events } = await setUp(serve)
      await logIn()
      pass(901)
      await tab.evaluate(() => {
        const controller = new AbortController()
        const answer = fetch('/orders', { signal: controller.signal }).catch(() => undefined)
        setTimeout(() => controller.abort(), 1)
        return answer
      })
      pass(31)
      expect((await tab.goto(`${url}/orders`))?.status()).toBe(200)
      pass(901)
      expect((await tab.reload())?.status()).toBe(200)
      expect(typesOf(events)).not.toContain('reuse')
    })

    test('renews at the endpoint', async () => {
      const { tab, logIn, pass, events } = await setUp(serve)
      await logIn()
      pass(901)
      expect(await post(tab, '/session/renew')).toBe(200)
      expect(typesOf(events)).toEqual(['started', 'renewed'])
      expect(await orders(tab)).toBe(200)
    })

    test('logs out', async () => {
      const { tab, url, context, logIn, events } = await setUp(serve)
      await logIn()
      await tab.goto(url)
      const left = tab.waitForResponse((response) => response.url().endsWith('/session/logout'))
      await tab.click('#logout')
      expect((await left).status()).toBe(204)
      expect(await context.cookies()).toEqual([])
      expect(await orders(tab)).toBe(401)
      expect(events.at(-1)).toMatchObject({ type: 'ended', by: 'client' })
    })

    test('logs out everywhere', async () => {
      const { tab, url, logIn } = await setUp(serve)
      await logIn()
      const phone = await chromium.newContext({ ignoreHTTPSErrors: true })
      onTestFinished(() => phone.close())
      const other = await phone.newPage()
      await submit(other, url, 'login')
      expect(await orders(other)).toBe(200)
      await submit(tab, url, 'everywhere')
      expect([await orders(tab), await orders(other)]).toEqual([401, 401])
    })

    test('ends the session when a thief is behind', async () => {
      const { tab, port, context, logIn, pass, events } = await setUp(serve)
      await logIn()
      const stolen = await cookiesOf(context)
      pass(901)
      expect(await orders(tab)).toBe(200)
      // With the new token: now the server knows that it arrived.
      expect(await orders(tab)).toBe(200)
      pass(31)
      expect(await steal(port, stolen)).toBe(401)
      expect(events.at(-1)).toMatchObject({ type: 'reuse', kind: 'replayed', by: 'refresh' })
      expect(await orders(tab)).toBe(401)
      pass(901)
      expect(await orders(tab)).toBe(401)
      expect(await context.cookies()).toEqual([])
    })

    test('ends the session when a thief is ahead', async () => {
      const { tab, port, context, logIn, pass, events } = await setUp(serve)
      await logIn()
      pass(901)
      const jar = new Map<string, string>()
      expect(await steal(port, await cookiesOf(context), jar)).toBe(200)
      expect(await steal(port, cookieText(jar))).toBe(200)
      pass(31)
      expect(await orders(tab)).toBe(401)
      expect(events.at(-1)).toMatchObject({ type: 'reuse' })
      expect(await steal(port, cookieText(jar))).toBe(401)
    })

    describe.each(['evil.test', 'evil.app.test'])('a form on %s', (host) => {
      test.each(['/login', '/session/renew', '/session/logout', '/logout-everywhere'])(
        'sent to %s changes nothing',
        async (path) => {
          const { tab, url, port, context, logIn, events } = await setUp(serve)
          if (path !== '/login') await logIn()
          const before = await cookiesOf(context)
          await context.route(`https://${host}/`, (route) =>
            route.fulfill({
              contentType: 'text/html',
              body: `<form action="${url}${path}" method="post"><button id="send">A prize</button></form>`,
            }),
          )
          await tab.goto(`https://${host}/`)
          const answer = tab.waitForResponse(
            (response) => response.url() === `https://app.test:${port}${path}`,
          )
          await tab.click('#send')
          expect([401, 403]).toContain((await answer).status())
          expect(await cookiesOf(context)).toBe(before)
          expect(typesOf(events)).toEqual(path === '/login' ? [] : ['started'])
          await tab.goto(url)
          expect(await orders(tab)).toBe(path === '/login' ? 401 : 200)
        },
      )
    })
  })
})

const typesOf = (events: readonly { readonly type: string }[]): readonly string[] =>
  events.map(({ type }) => type)

const orders = (tab: Page): Promise<number> => tab.evaluate(async () => (await fetch('/orders')).status)

const post = (tab: Page, path: string): Promise<number> =>
  tab.evaluate(async (to) => (await fetch(to, { method: 'POST' })).status, path)

/** Sends a form of the page, and waits until the page is back. */
async function submit(tab: Page, url: string, form: 'login' | 'everywhere'): Promise<void> {
  await tab.goto(url)
  await Promise.all([tab.waitForEvent('load'), tab.click(`#${form}`)])
}

const cookieText = (jar: ReadonlyMap<string, string>): string =>
  [...jar].map((pair) => pair.join('=')).join('; ')

const cookiesOf = async (context: BrowserContext): Promise<string> =>
  cookieText(new Map((await context.cookies()).map(({ name, value }) => [name, value])))

/** What a thief sends from elsewhere; the answer's cookies go into the jar. */
async function steal(port: number, cookie: string, jar = new Map<string, string>()): Promise<number> {
  const sent = tlsRequest({
    ...{ host: '127.0.0.1', port, path: '/orders', headers: { host: `app.test:${port}`, cookie } },
    rejectUnauthorized: false,
    agent: false,
  })
  sent.end()
  const [response] = await once(sent, 'response')
  for (const line of response.headers['set-cookie'] ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value !== '') jar.set(name, value)
  }
  response.resume()
  return response.statusCode
}
