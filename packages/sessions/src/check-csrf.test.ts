import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { checkCsrf } from './check-csrf.js'

const post = (headers: Record<string, string>, method = 'POST') =>
  new Request('https://app.example.com/login', { method, headers })

test.each<{ title: string; headers: Record<string, string>; origins?: string[] }>([
  { title: 'our own page', headers: { 'sec-fetch-site': 'same-origin' } },
  { title: 'our own page in an old browser', headers: { origin: 'https://app.example.com' } },
  {
    title: 'a page that is allowed',
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://www.example.com' },
    origins: ['https://www.example.com'],
  },
])('lets $title pass', ({ headers, origins }) => {
  expect(() => checkCsrf(post(headers), origins && { origins })).not.toThrow()
})

test.each<{ title: string; headers: Record<string, string>; parameter: string }>([
  { title: 'another site', headers: { 'sec-fetch-site': 'cross-site' }, parameter: 'sec-fetch-site' },
  {
    title: 'a sibling domain',
    headers: { 'sec-fetch-site': 'same-site', origin: 'https://www.example.com' },
    parameter: 'origin',
  },
  {
    title: 'another origin in an old browser',
    headers: { origin: 'https://evil.example' },
    parameter: 'origin',
  },
  { title: 'nobody who says so', headers: {}, parameter: 'sec-fetch-site and origin: absent' },
])('refuses $title', ({ headers, parameter }) => {
  expect(() => checkCsrf(post(headers))).toThrow(
    expect.objectContaining({ code: 'SB_CSRF', status: 403, parameter }),
  )
  expect(() => checkCsrf(post(headers, 'GET'))).not.toThrow()
})

test('accepts a request of Node', async () => {
  const seen: { request: IncomingMessage; error: unknown }[] = []
  const server = createServer((request, response) => {
    for (const options of [{}, { secure: true }]) {
      let error: unknown
      try {
        checkCsrf(request, options)
      } catch (caught) {
        error = caught
      }
      seen.push({ request, error })
    }
    response.end()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  const own = `http://127.0.0.1:${port}`
  await fetch(own, { method: 'POST', headers: { origin: own } })
  await fetch(own, { method: 'POST', headers: { origin: own.replace('http', 'https') } })
  const isRefused = seen.map(({ error }) => error !== undefined)
  expect(isRefused).toEqual([false, true, true, false])
})

test.each([
  { title: 'Hono', request: { raw: post({}), header: () => undefined } },
  { title: 'Fastify', request: { raw: {}, headers: {} } },
])('says where the request of $title is', ({ request }) => {
  expect(() => checkCsrf(request)).toThrow(/^checkCsrf: .*`raw`/)
})

test('refuses an option that it does not have', () => {
  // @ts-expect-error: on purpose
  expect(() => checkCsrf(post({}), { origin: 'https://app.example.com' })).toThrow(TypeError)
})
