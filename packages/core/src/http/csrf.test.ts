import { expect, test } from 'vitest'
import { csrfCheck } from './csrf.js'
import { nodeAuthRequest } from './node-request.js'

const holds = csrfCheck({ origins: ['https://app.example.com'] })

interface Sent {
  readonly method?: string
  readonly secure?: boolean
  /** What the framework has of a proxy that it trusts. */
  readonly host?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

const request = ({ method = 'POST', secure = true, host, headers = {} }: Sent) => {
  const all = Object.entries({ host: 'api.example.com', ...headers })
  const rawHeaders = all.flatMap(([name, values]) => [values].flat().flatMap((value) => [name, value]))
  return nodeAuthRequest({ method, rawHeaders }, secure, { host: () => host })
}

test.each<Sent & { title: string }>([
  { title: 'GET', method: 'GET' },
  { title: 'HEAD', method: 'HEAD' },
  { title: 'OPTIONS', method: 'OPTIONS' },
  { title: 'GET from another site', method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } },
  { title: 'GET that offers HTTP/2', method: 'GET', headers: { upgrade: 'h2c' } },
  { title: 'same-origin', headers: { 'sec-fetch-site': 'same-origin' } },
  { title: 'the user themselves', headers: { 'sec-fetch-site': 'none' } },
  { title: 'a listed origin', headers: { origin: 'https://app.example.com' } },
  {
    title: 'a listed origin on the same site',
    headers: { 'sec-fetch-site': 'same-site', origin: 'https://app.example.com' },
  },
  {
    title: 'a listed origin on another site',
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://app.example.com' },
  },
  { title: 'its own origin', headers: { origin: 'https://api.example.com' } },
  {
    title: 'its own origin with a port',
    headers: { host: 'api.example.com:8443', origin: 'https://api.example.com:8443' },
  },
  {
    title: 'its own origin, Host in capitals',
    headers: { host: 'API.example.com', origin: 'https://api.example.com' },
  },
  { title: 'its own origin over plain HTTP', secure: false, headers: { origin: 'http://api.example.com' } },
  {
    title: 'the origin of the host that a trusted proxy forwards',
    host: 'shop.example.com',
    headers: { origin: 'https://shop.example.com' },
  },
  {
    title: 'the same with a port',
    host: 'Shop.example.com:8443',
    headers: { origin: 'https://shop.example.com:8443' },
  },
  {
    title: 'its own origin on HTTP/2',
    headers: { host: [], ':authority': 'api.example.com', origin: 'https://api.example.com' },
  },
  {
    title: 'a handshake from same-origin',
    method: 'GET',
    headers: { upgrade: 'websocket', 'sec-fetch-site': 'same-origin' },
  },
  {
    title: 'a handshake from a listed origin',
    method: 'GET',
    headers: { upgrade: 'websocket', origin: 'https://app.example.com' },
  },
])('lets through: $title', (sent) => {
  expect(holds(request(sent))).toBe(true)
})

test.each<Sent & { title: string }>([
  { title: 'POST without proof' },
  { title: 'DELETE without proof', method: 'DELETE' },
  { title: 'CONNECT without proof', method: 'CONNECT' },
  { title: 'a method in lower case', method: 'get' },
  { title: 'no method', method: '' },
  { title: 'another site', headers: { 'sec-fetch-site': 'cross-site' } },
  { title: 'the same site', headers: { 'sec-fetch-site': 'same-site' } },
  {
    title: 'the same site, own origin',
    headers: { 'sec-fetch-site': 'same-site', origin: 'https://api.example.com' },
  },
  { title: 'an unknown site', headers: { 'sec-fetch-site': 'somewhere' } },
  { title: 'an empty site', headers: { 'sec-fetch-site': '' } },
  { title: 'two sites', headers: { 'sec-fetch-site': ['same-origin', 'same-origin'] } },
  { title: 'two sites in one value', headers: { 'sec-fetch-site': 'same-origin, same-origin' } },
  { title: 'an opaque origin', headers: { origin: 'null' } },
  { title: 'another origin', headers: { origin: 'https://evil.example' } },
  {
    title: 'an origin that begins like a listed one',
    headers: { origin: 'https://app.example.com.evil.example' },
  },
  { title: 'a listed origin over plain HTTP', headers: { origin: 'http://app.example.com' } },
  { title: 'a listed origin on another port', headers: { origin: 'https://app.example.com:8443' } },
  { title: 'two origins', headers: { origin: ['https://app.example.com', 'https://app.example.com'] } },
  {
    title: 'two origins beside same-origin',
    headers: { 'sec-fetch-site': 'same-origin', origin: ['https://a.example', 'https://b.example'] },
  },
  { title: 'its own host over the other scheme', headers: { origin: 'http://api.example.com' } },
  {
    title: 'two hosts',
    headers: { host: ['api.example.com', 'api.example.com'], origin: 'https://api.example.com' },
  },
  {
    title: 'the host behind the proxy, where another is forwarded',
    host: 'shop.example.com',
    headers: { origin: 'https://api.example.com' },
  },
  {
    title: 'a host that no trusted proxy reports',
    headers: { 'x-forwarded-host': 'shop.example.com', origin: 'https://shop.example.com' },
  },
  { title: 'an empty host', host: '', headers: { origin: 'https://' } },
  { title: 'no host', headers: { host: [], origin: 'https://api.example.com' } },
  { title: 'no host and an empty one in the origin', headers: { host: [], origin: 'https://' } },
  { title: 'a handshake without proof', method: 'GET', headers: { upgrade: 'websocket' } },
  { title: 'a handshake in capitals', method: 'GET', headers: { upgrade: 'WebSocket' } },
  { title: 'a handshake among other upgrades', method: 'GET', headers: { upgrade: 'h2c, websocket' } },
  {
    title: 'a handshake from another origin',
    method: 'GET',
    headers: { upgrade: 'websocket', origin: 'https://evil.example' },
  },
])('refuses: $title', (sent) => {
  expect(holds(request(sent))).toBe(false)
})

test('lists no origin by default', () => {
  expect(csrfCheck()(request({ headers: { origin: 'https://api.example.com' } }))).toBe(true)
  expect(csrfCheck()(request({ headers: { origin: 'https://app.example.com' } }))).toBe(false)
})

test.each([
  'https://app.example.com/',
  'https://app.example.com:443',
  'https://App.example.com',
  'app.example.com',
  'https://*.example.com/x',
  'null',
  '',
  'file:///etc',
  'wss://app.example.com',
  'ftp://http:8080',
])('refuses an origin that no browser sends: %s', (origin) => {
  expect(() => csrfCheck({ origins: [origin] })).toThrow(/^csrf\.origins: must be a list of origins such as/)
})

test.each(['https://app.example.com', 'http://localhost:3000', 'https://app.example.com:8443'])(
  'accepts an origin: %s',
  (origin) => {
    expect(csrfCheck({ origins: [origin] })(request({ headers: { origin } }))).toBe(true)
  },
)

test('refuses an unknown member and an empty list', () => {
  expect(() => csrfCheck({ orgins: ['https://app.example.com'] } as object)).toThrow(
    /csrf: has no option "orgins"/,
  )
  expect(() => csrfCheck({ origins: [] })).toThrow(/csrf\.origins: is an empty list/)
})
