import { expect, test } from 'vitest'
import { cameSafely } from './https.js'
import { nodeAuthRequest } from './node-request.js'

interface Connection {
  readonly secure?: boolean
  readonly from?: string
  /** The address of the server: a path for a Unix domain socket. */
  readonly listens?: string | { readonly port: number }
  readonly headers?: readonly string[]
}

/** The same connection as Node tells of it, and as an adapter does that says no more than it has to. */
function arrives({ secure = false, from, listens = { port: 80 }, headers = [] }: Connection): boolean {
  const socket = { remoteAddress: from, server: { address: () => listens } }
  const request = nodeAuthRequest({ rawHeaders: headers, socket }, secure)
  const { method, target, isUnixSocket } = request
  const header = (name: string): readonly string[] => request.header(name)
  const safely = cameSafely(request)
  expect(cameSafely({ method, target, secure, header, remoteAddress: from, isUnixSocket })).toBe(safely)
  return safely
}

test.each<Connection & { title: string }>([
  { title: 'TLS from anywhere', secure: true, from: '203.0.113.7' },
  {
    title: 'TLS that a trusted proxy reports',
    secure: true,
    from: '127.0.0.1',
    headers: ['X-Forwarded-Proto', 'https'],
  },
  { title: 'IPv4 loopback', from: '127.0.0.1' },
  { title: 'the rest of 127.0.0.0/8', from: '127.8.9.10' },
  { title: 'more digits of it', from: '127.100.200.255' },
  { title: 'IPv6 loopback', from: '::1' },
  { title: 'mapped loopback', from: '::ffff:127.0.0.1' },
  { title: 'mapped loopback in capitals', from: '::FFFF:127.0.0.1' },
  {
    title: 'loopback with other headers',
    from: '127.0.0.1',
    headers: ['X-Request-Id', '1', 'Host', 'localhost'],
  },
  { title: 'a Unix domain socket', listens: '/run/api.sock', headers: ['Host', 'localhost'] },
  { title: 'a named pipe', listens: '\\\\.\\pipe\\api' },
  ...['https', 'https, https', 'https,https', 'HTTPS, https', 'http', 'http, http'].map((value) => ({
    title: `TLS by the word of a proxy: ${value}`,
    secure: true,
    headers: ['X-Forwarded-Proto', value],
  })),
  {
    title: 'TLS by the word of a proxy, in two lines',
    secure: true,
    headers: ['X-Forwarded-Proto', 'https', 'x-forwarded-proto', 'https'],
  },
])('lets through: $title', (connection) => {
  expect(arrives(connection)).toBe(true)
})

test.each<Connection & { title: string }>([
  { title: 'the text "false"', secure: 'false' as never, from: '203.0.113.7' },
  { title: 'an attacker over plain HTTP', from: '203.0.113.7' },
  { title: 'a private network', from: '10.0.0.1' },
  { title: 'an unknown peer', from: undefined as never },
  { title: 'an address that only begins like loopback', from: '127.0.0.1.example.com' },
  { title: 'an IPv6 address that ends like loopback', from: '2001:db8::1' },
  { title: 'an empty address', from: '' },
  { title: 'another mapped address', from: '::ffff:10.0.0.1' },
  {
    title: 'a Unix domain socket behind a proxy',
    listens: '/run/api.sock',
    headers: ['X-Real-IP', '192.0.2.1'],
  },
  { title: 'an address on a Unix domain socket', from: '203.0.113.7', listens: '/run/api.sock' },
  ...[
    'https, http',
    'http, https',
    'https,http',
    'https, https, http',
    'https,',
    ', https',
    'https, wss',
  ].map((value) => ({
    title: `proxies that saw different schemes: ${value}`,
    secure: true,
    from: '127.0.0.1',
    headers: ['X-Forwarded-Proto', value],
  })),
  {
    title: 'proxies that saw different schemes, in two lines',
    secure: true,
    headers: ['X-Forwarded-Proto', 'https', 'x-forwarded-proto', 'http'],
  },
  ...[
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Forwarded-Host',
    'X-Forwarded-Port',
    'X-Forwarded-Scheme',
    'X-Forwarded-Server',
    'X-Forwarded-SSL',
    'X-Real-IP',
    'X-Client-IP',
    'True-Client-IP',
    'CF-Connecting-IP',
    'X-Envoy-External-Address',
    'Via',
    'CDN-Loop',
    'Forwarded-For',
    'X-Forwarded',
    'X-Forwarded-Prefix',
    'X-Forwarded-Client-Cert',
    'X-Original-Host',
    'X-Cluster-Client-IP',
    'X-Scheme',
    'Front-End-Https',
    'CF-Visitor',
    'CloudFront-Forwarded-Proto',
    'Fly-Client-IP',
    'Fastly-Client-IP',
    'X-Azure-ClientIP',
    'WL-Proxy-Client-IP',
  ].map((name) => ({
    title: `loopback with ${name}`,
    from: '127.0.0.1',
    headers: [name, ''],
  })),
  { title: 'a header that claims loopback', from: '203.0.113.7', headers: ['X-Forwarded-For', '127.0.0.1'] },
  { title: 'a header that claims TLS', from: '203.0.113.7', headers: ['X-Forwarded-Proto', 'https'] },
])('refuses: $title', (connection) => {
  expect(arrives(connection)).toBe(false)
})
