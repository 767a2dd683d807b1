import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nodeAuthRequest } from './node-request.js'
import { HeaderNames } from './request.js'

test('reads a request of HTTP/1.1', async () => {
  const server = createServer((incoming, response) => {
    const request = nodeAuthRequest(incoming, false)
    const { method, target, secure, remoteAddress } = request
    const headers = ['authorization', 'cookie', 'host', 'x-none'].map((name) => request.header(name))
    response.end(JSON.stringify({ method, target, secure, remoteAddress, headers }))
  })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  // A listening TCP server has this kind of address.
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const lines = [
    'DELETE /orders?a=b HTTP/1.1',
    'Host: api.example.com',
    'Authorization: Bearer a',
    'AUTHORIZATION: Bearer b',
    'Cookie: c=1',
    'Connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
  const answer = (await socket.toArray()).join('')
  expect(JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))).toEqual({
    method: 'DELETE',
    target: '/orders?a=b',
    secure: false,
    remoteAddress: '127.0.0.1',
    headers: [['Bearer a', 'Bearer b'], ['c=1'], ['api.example.com'], []],
  })
})

test('reads a request of HTTP/2', async () => {
  const server = createHttp2Server((incoming, response) => {
    const request = nodeAuthRequest(incoming, true)
    const { method, target, secure, remoteAddress } = request
    const headers = ['authorization', 'cookie', 'host'].map((name) => request.header(name))
    response.end(JSON.stringify({ method, target, secure, remoteAddress, headers }))
  })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  // A listening TCP server has this kind of address.
  const { port } = server.address() as AddressInfo
  const client = connectHttp2(`http://127.0.0.1:${port}`)
  onTestFinished(() => void client.close())
  const stream = client.request({ ':path': '/orders?a=b', authorization: 'Bearer a', cookie: ['c=1', 'd=2'] })
  const answer = (await stream.toArray()).join('')
  expect(JSON.parse(answer)).toEqual({
    method: 'GET',
    target: '/orders?a=b',
    secure: true,
    remoteAddress: '127.0.0.1',
    headers: [['Bearer a'], ['c=1', 'd=2'], [`127.0.0.1:${port}`]],
  })
})

test('uses the original target that a framework keeps', () => {
  expect(nodeAuthRequest({ rawHeaders: [], url: '/' }, true, { target: '/api/orders' }).target).toBe(
    '/api/orders',
  )
  expect(nodeAuthRequest({ url: '/', originalUrl: '/api/orders' }, true).target).toBe('/api/orders')
  expect(nodeAuthRequest({ url: '/api/orders' }, true).target).toBe('/api/orders')
})

test.each<[boolean, object]>([
  [true, { rawHeaders: ['Host', 'api.example.com', 'X-Real-IP', '192.0.2.1'] }],
  [true, { rawHeaders: ['via', '1.1 proxy'] }],
  [true, { rawHeaders: ['VIA', ''] }],
  [true, { headers: { via: '1.1 proxy' } }],
  [false, { rawHeaders: ['Host', 'via', 'vi', 'a', 'viav', 'x-real-ip'] }],
  [false, { rawHeaders: ['Host', 'api.example.com'], headers: { via: '1.1 proxy' } }],
  [false, { headers: { host: 'via' } }],
  [false, {}],
])('says %s of a proxy in %j', (expected, incoming) => {
  expect(nodeAuthRequest(incoming, false).hasAnyHeader?.(new HeaderNames(['x-real-ip', 'via']))).toBe(
    expected,
  )
})

test('is no safe method, and comes from nowhere, when nothing is known', () => {
  expect(nodeAuthRequest({ rawHeaders: [] }, true)).toMatchObject({
    method: '',
    target: '',
    remoteAddress: undefined,
    isUnixSocket: false,
    host: undefined,
  })
})

test.each([{ rawHeaders: undefined }, { rawHeaders: [] }])(
  'reads the headers of a request that no server has received: $rawHeaders',
  ({ rawHeaders }) => {
    const headers = { authorization: 'Bearer a', 'set-cookie': ['a=1', 'b=2'] }
    const request = nodeAuthRequest({ rawHeaders, headers, method: 'GET', url: '/' }, true)
    const names = ['authorization', 'set-cookie', 'host']
    expect(names.map((name) => request.header(name))).toEqual([['Bearer a'], ['a=1', 'b=2'], []])
  },
)

test.each<[title: string, headers: Record<string, string | string[] | undefined>, values: string[]]>([
  ['in lower case', { authorization: 'Bearer a' }, ['Bearer a']],
  ['capitalized', { Authorization: 'Bearer a' }, ['Bearer a']],
  ['in upper case', { AUTHORIZATION: ['Bearer a'] }, ['Bearer a']],
  ['twice in two cases', { authorization: 'Bearer a', Authorization: 'Bearer b' }, ['Bearer a', 'Bearer b']],
  ['removed', { Authorization: undefined }, []],
  ['as part of another name', { 'X-Authorization': 'Bearer a' }, []],
  ['inherited', Object.create({ Authorization: 'Bearer a' }), []],
])('reads a header of a serverless event: %s', (_, headers, values) => {
  expect(nodeAuthRequest({ headers }, true).header('authorization')).toEqual(values)
})

describe('headers that an application has changed', () => {
  const sent = (...pairs: string[]): string[] => ['Host', 'api.example.com', ...pairs]
  test.each([
    { title: 'added', rawHeaders: sent(), seen: 'Bearer a', read: ['Bearer a'] },
    { title: 'replaced', rawHeaders: sent('Authorization', 'Basic x'), seen: 'Bearer a', read: ['Bearer a'] },
    { title: 'removed', rawHeaders: sent('Authorization', 'Bearer a'), seen: undefined, read: [] },
    {
      title: 'left alone',
      rawHeaders: sent('Authorization', 'Bearer a'),
      seen: 'Bearer a',
      read: ['Bearer a'],
    },
    {
      title: 'left alone, of two of which Node shows the first',
      rawHeaders: sent('Authorization', 'Bearer a', 'Authorization', 'Bearer b'),
      seen: 'Bearer a',
      read: ['Bearer a', 'Bearer b'],
    },
    {
      title: 'left alone, of two that Node joins',
      rawHeaders: sent('Authorization', 'Bearer a', 'Authorization', 'Bearer b'),
      seen: 'Bearer a, Bearer b',
      read: ['Bearer a', 'Bearer b'],
    },
  ])('$title', ({ rawHeaders, seen, read }) => {
    const headers = { host: 'api.example.com', authorization: seen }
    expect(nodeAuthRequest({ rawHeaders, headers }, true).header('authorization')).toEqual(read)
  })
})

test.each([
  { title: 'as many headers as Node keeps', lines: 1_000, limit: undefined, is: true },
  { title: 'one fewer', lines: 999, limit: undefined, is: false },
  { title: 'as many as the server keeps', lines: 20, limit: 20, is: true },
  { title: 'one fewer than that', lines: 19, limit: 20, is: false },
  { title: 'any number for a server without a limit', lines: 5_000, limit: 0, is: false },
  { title: 'as many as Node keeps, for a server without its own limit', lines: 1_000, limit: null, is: true },
])('$title may have been cut: $is', ({ lines, limit, is }) => {
  const rawHeaders = Array.from({ length: lines }, (_, i) => [`x-${i}`, '']).flat()
  const socket = limit === undefined ? {} : { server: { maxHeadersCount: limit } }
  expect(nodeAuthRequest({ rawHeaders, socket }, true).isTruncated).toBe(is)
})
