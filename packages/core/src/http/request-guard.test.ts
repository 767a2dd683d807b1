import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { hs256Verifier, tokenWith } from '../../test-kit/hs256.js'
import { createAuthenticator } from './authenticator.js'
import { getAuth } from './guard.js'
import type { NodeRequest } from './node-request.js'
import type { Auth, Outcome } from './outcome.js'
import { createRequestGuard, type RequestGuard } from './request-guard.js'

const authenticator = createAuthenticator({
  // Without a cache, each verification of a token is another object.
  verifier: hs256Verifier({ cache: false }),
})
const authorization = `Bearer ${tokenWith({ scope: 'orders:read' })}`
const guard = createRequestGuard(authenticator, { scope: 'orders:read' })

const result = (outcome: Outcome) => (outcome.ok ? 200 : outcome.error.code)

describe('a Web Request', () => {
  const webRequest = (url: string, headers: [string, string][] = [['authorization', authorization]]) =>
    new Request(url, { headers })

  test.each([
    { title: 'with the scope', request: webRequest('https://api.example.com/'), expected: 200 },
    {
      title: 'without a token',
      request: webRequest('https://api.example.com/', []),
      expected: 'SB_CREDENTIALS_MISSING',
    },
    {
      title: 'over plain HTTP',
      request: webRequest('http://api.example.com/'),
      expected: 'SB_HTTPS_REQUIRED',
    },
  ])('$title: $expected', async ({ request, expected }) => {
    expect(result(await guard(request))).toBe(expected)
  })

  test.each([
    { facts: { secure: true }, expected: 200 },
    { facts: { remoteAddress: '127.0.0.1' }, expected: 200 },
    { facts: { remoteAddress: '192.0.2.1' }, expected: 'SB_HTTPS_REQUIRED' },
  ])('over plain HTTP with $facts: $expected', async ({ facts, expected }) => {
    expect(result(await guard(webRequest('http://api.example.com/'), facts))).toBe(expected)
  })

  test('with two credentials in one header is refused', async () => {
    const request = webRequest('https://api.example.com/', [
      ['authorization', authorization],
      ['authorization', authorization],
    ])
    expect(result(await guard(request))).toBe('SB_CREDENTIALS_MALFORMED')
  })
})

describe('the event of a serverless platform', () => {
  type Headers = NodeRequest['headers']
  const event = (headers: Headers) => ({ method: 'GET', url: '/orders?a=1', headers })

  test.each<{ title: string; headers: Headers; expected: unknown }>([
    { title: 'in lower case', headers: { authorization }, expected: 200 },
    { title: 'in any case', headers: { Authorization: authorization, Cookie: undefined }, expected: 200 },
    { title: 'as a list', headers: { authorization: [authorization] }, expected: 200 },
    {
      title: 'twice in a list',
      headers: { authorization: [authorization, authorization] },
      expected: 'SB_CREDENTIALS_REPEATED',
    },
    {
      title: 'twice in different cases',
      headers: { authorization, Authorization: authorization },
      expected: 'SB_CREDENTIALS_REPEATED',
    },
    {
      title: 'joined by the platform',
      headers: { authorization: `${authorization},${authorization}` },
      expected: 'SB_CREDENTIALS_MALFORMED',
    },
    { title: 'undefined', headers: { authorization: undefined }, expected: 'SB_CREDENTIALS_MISSING' },
  ])('with the credentials $title: $expected', async ({ headers, expected }) => {
    expect(result(await guard(event(headers), { secure: true }))).toBe(expected)
  })

  test('counts as plain HTTP, unless told otherwise', async () => {
    expect(result(await guard(event({ authorization })))).toBe('SB_HTTPS_REQUIRED')
  })
})

describe('a request of Node', () => {
  /** Sends header lines as they stand. @returns What the guard did. */
  async function resultFor(lines: readonly string[]): Promise<unknown> {
    const server = createServer(async (request, response) => {
      response.end(String(result(await guard(request))))
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const socket = connect(port ?? 0, '127.0.0.1')
    // Not ended: a server gives up on a client that has closed its side.
    socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    return answer.split(/\r\n/).find((line) => /^(200|SB_\w+)$/.test(line))
  }

  test.each([
    { title: 'with the scope', lines: [`Authorization: ${authorization}`], expected: '200' },
    { title: 'without a token', lines: ['Accept: */*'], expected: 'SB_CREDENTIALS_MISSING' },
    {
      title: 'with two credentials, of which Node shows one',
      lines: [`Authorization: ${authorization}`, 'Authorization: Bearer other'],
      expected: 'SB_CREDENTIALS_REPEATED',
    },
  ])('over loopback, $title: $expected', async ({ lines, expected }) => {
    expect(await resultFor(lines)).toBe(expected)
  })

  test.each([
    { title: 'a socket of TLS', socket: { encrypted: true }, facts: {}, expected: 200 },
    { title: 'another socket', socket: {}, facts: {}, expected: 'SB_HTTPS_REQUIRED' },
    { title: 'a trusted proxy', socket: {}, facts: { secure: true }, expected: 200 },
    {
      title: 'a proxy that got plain HTTP',
      socket: { encrypted: true },
      facts: { secure: false },
      expected: 'SB_HTTPS_REQUIRED',
    },
  ])('is as secure as $title', async ({ socket, facts, expected }) => {
    const request = { method: 'GET', url: '/', headers: { authorization }, socket }
    expect(result(await guard(request, facts))).toBe(expected)
  })
})

test('guards that get one object verify the token once, and getAuth returns the sender', async () => {
  const request = new Request('https://api.example.com/', { headers: { authorization } })
  const [first, second] = await Promise.all([guard(request), createRequestGuard(authenticator)(request)])
  expect(first?.ok && first.auth).toBe(second?.ok && second.auth)
  expect(getAuth(request, authenticator)).toBe(first?.ok && first.auth)
  const other = await guard(request.clone())
  expect(other.ok && other.auth).not.toBe(first?.ok && first.auth)
})

test('logs what it refuses, once each', async () => {
  const lines: unknown[] = []
  const logger = { info: (...line: unknown[]) => lines.push(line) }
  const logging = createRequestGuard(authenticator, {}, { logger })
  await logging(new Request('https://api.example.com/', { headers: { authorization } }))
  expect(lines).toEqual([])
  await logging(new Request('https://api.example.com/'))
  expect(lines).toEqual([[{ code: 'SB_CREDENTIALS_MISSING', parameter: undefined }, 'request refused']])
})

describe('what is wrong', () => {
  test.each([
    // @ts-expect-error there is no such member
    ['scopes', () => createRequestGuard(authenticator, { scopes: 'a' })],
    // @ts-expect-error there is no such option
    ['onFailure', () => createRequestGuard(authenticator, {}, { onFailure: 'throw' })],
    // @ts-expect-error it has no such method
    ['logger', () => createRequestGuard(authenticator, {}, { logger: {} })],
    // @ts-expect-error it was not created by createAuthenticator
    ['authenticator', () => createRequestGuard({})],
  ])('is named when the guard is created: %s', (name, create) => {
    expect(create).toThrow(TypeError)
    expect(create).toThrow(name)
  })

  test.each([
    ['nothing', undefined],
    ['text', 'GET /'],
    ['a request without headers', { method: 'GET', url: '/' }],
    ['one that wraps the request', { raw: {}, headers: { authorization } }],
  ])('is a TypeError at a request: %s', async (_, request) => {
    // What a caller in JavaScript can pass.
    await expect(guard(request as IncomingMessage)).rejects.toThrow(
      /^request: must be a Web Request or one of Node/,
    )
  })
})

test('its outcome has the type of the requirement', () => {
  expectTypeOf(guard).toEqualTypeOf<RequestGuard<Auth>>()
  const optional = createRequestGuard(authenticator, { optional: true })
  expectTypeOf(optional).toEqualTypeOf<RequestGuard<Auth | undefined>>()
})
