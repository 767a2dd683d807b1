import { answers } from '../answers.js'
import type { ConformanceCase, HeaderList, RefusedCase } from '../conformance-case.js'
import { host, page } from '../parties.js'
import { bearerOf, cookieOf } from '../request-headers.js'

const forged: Pick<RefusedCase, 'policy' | 'method' | 'answer' | 'code'> = {
  policy: 'cookies',
  method: 'POST',
  answer: answers.forgedRequest,
  code: 'SB_CSRF',
}

const ownPlain = `http://${host}`
const ownTls = `https://${host}`

/** Headers of unsafe requests that prove no page of ours, and the nearest ones that do. */
const unproven: readonly (readonly [title: string, headers: HeaderList, twin: HeaderList])[] = [
  ['neither Origin nor Sec-Fetch-Site', [], [['Sec-Fetch-Site', 'same-origin']]],
  ['another site', [['Sec-Fetch-Site', 'cross-site']], [['Sec-Fetch-Site', 'none']]],
  ['another host of the same site', [['Sec-Fetch-Site', 'same-site']], [['Sec-Fetch-Site', 'same-origin']]],
  [
    'Sec-Fetch-Site in another case',
    [['Sec-Fetch-Site', 'Same-Origin']],
    [['sec-fetch-SITE', 'same-origin']],
  ],
  ['Sec-Fetch-Site without a value', [['Sec-Fetch-Site', '']], [['Sec-Fetch-Site', 'none']]],
  [
    'Sec-Fetch-Site twice',
    [
      ['Sec-Fetch-Site', 'same-origin'],
      ['Sec-Fetch-Site', 'same-origin'],
    ],
    [['Sec-Fetch-Site', 'same-origin']],
  ],
  [
    'a foreign Origin',
    [
      ['Sec-Fetch-Site', 'cross-site'],
      ['Origin', 'https://app.example.com.evil.example'],
    ],
    [
      ['Sec-Fetch-Site', 'cross-site'],
      ['Origin', page],
    ],
  ],
  [
    'Sec-Fetch-Site of two values',
    [['Sec-Fetch-Site', 'same-origin, cross-site']],
    [['Sec-Fetch-Site', 'same-origin']],
  ],
  ['an Origin with a user', [['Origin', `${page}@evil.example`]], [['Origin', page]]],
  ['an Origin with a dot behind', [['Origin', `${page}.`]], [['Origin', page]]],
  ['an Origin with its usual port', [['Origin', `${page}:443`]], [['Origin', page]]],
  ['two Origins in one header', [['Origin', `${page}, https://evil.example`]], [['Origin', page]]],
  [
    'X-Requested-With alone',
    [['X-Requested-With', 'XMLHttpRequest']],
    [
      ['X-Requested-With', 'XMLHttpRequest'],
      ['Origin', page],
    ],
  ],
  [
    'a method that a header overrides',
    [['X-HTTP-Method-Override', 'GET']],
    [
      ['X-HTTP-Method-Override', 'GET'],
      ['Origin', page],
    ],
  ],
  ['an Origin with a path', [['Origin', `${page}/`]], [['Origin', page]]],
  ['an Origin in another case', [['Origin', 'https://APP.example.com']], [['Origin', page]]],
  ['an Origin of another port', [['Origin', `${page}:8443`]], [['Origin', page]]],
  ['an Origin of another scheme', [['Origin', 'http://app.example.com']], [['Origin', page]]],
  ['an opaque Origin', [['Origin', 'null']], [['Origin', page]]],
  ['an empty Origin', [['Origin', '']], [['Origin', page]]],
  [
    'Origin twice',
    [
      ['Origin', page],
      ['Origin', page],
    ],
    [['Origin', page]],
  ],
  [
    'a Referer alone',
    [['Referer', `${page}/cart`]],
    [
      ['Referer', `${page}/cart`],
      ['Origin', page],
    ],
  ],
]

/** Own origins, which depend on the connection. */
const own: readonly RefusedCase[] = [
  {
    ...forged,
    title: 'unproven: the own host over TLS, on plain HTTP',
    connection: 'loopback',
    headers: cookieOf(undefined, ['Origin', ownTls]),
    twin: { headers: cookieOf(undefined, ['Origin', ownPlain]) },
  },
  {
    ...forged,
    title: 'unproven: the own host in the clear, over TLS',
    connection: 'tls',
    headers: cookieOf(undefined, ['Origin', ownPlain]),
    twin: { headers: cookieOf(undefined, ['Origin', ownTls]) },
  },
  {
    ...forged,
    title: 'unproven: the own host in the clear, behind a proxy that terminates TLS',
    connection: 'proxied',
    headers: cookieOf(undefined, ['Origin', ownPlain], ['X-Forwarded-Proto', 'https']),
    twin: { headers: cookieOf(undefined, ['Origin', ownTls], ['X-Forwarded-Proto', 'https']) },
  },
  {
    ...forged,
    title: 'unproven: the host that a proxy forwards, which decides nothing',
    connection: 'tls',
    headers: cookieOf(undefined, ['Origin', 'https://evil.example'], ['X-Forwarded-Host', 'evil.example']),
    twin: { headers: cookieOf(undefined, ['Origin', ownTls], ['X-Forwarded-Host', 'evil.example']) },
  },
  {
    ...forged,
    title: 'unproven: a host that the trusted proxy does not forward',
    connection: 'proxied',
    headers: cookieOf(undefined, ['Origin', 'https://shop.example.com'], ['X-Forwarded-Proto', 'https']),
    twin: {
      headers: cookieOf(
        undefined,
        ['Origin', 'https://shop.example.com'],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Host', 'shop.example.com'],
      ),
    },
  },
  {
    ...forged,
    title: 'unproven: the host behind the proxy, where it forwards another',
    connection: 'proxied',
    headers: cookieOf(
      undefined,
      ['Origin', ownTls],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'shop.example.com:8443'],
    ),
    twin: {
      headers: cookieOf(
        undefined,
        ['Origin', 'https://shop.example.com:8443'],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Host', 'shop.example.com:8443'],
      ),
    },
  },
  {
    ...forged,
    title: 'unproven: the own host, but the site is another',
    connection: 'loopback',
    headers: cookieOf(undefined, ['Origin', ownPlain], ['Sec-Fetch-Site', 'same-site']),
    twin: { headers: cookieOf(undefined, ['Origin', ownPlain], ['Sec-Fetch-Site', 'same-origin']) },
  },
  {
    ...forged,
    title: 'unproven: two Host headers',
    connection: 'loopback',
    headers: cookieOf(undefined, ['Origin', ownPlain], ['Host', host], ['Host', 'evil.example']),
    twin: { headers: cookieOf(undefined, ['Origin', ownPlain], ['Host', host.toUpperCase()]) },
  },
]

const handshake: HeaderList = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
]

export const csrfCases: readonly ConformanceCase[] = [
  ...unproven.map(
    ([title, headers, twin]): RefusedCase => ({
      ...forged,
      title: `unproven: ${title}`,
      headers: cookieOf(undefined, ...headers),
      twin: { headers: cookieOf(undefined, ...twin) },
    }),
  ),
  ...own,
  ...['PUT', 'PATCH', 'DELETE', 'PROPFIND'].map(
    (method): RefusedCase => ({
      ...forged,
      method,
      title: `unproven: ${method} with a cookie`,
      headers: cookieOf(),
      twin: { headers: bearerOf() },
    }),
  ),
  {
    ...forged,
    method: 'GET',
    title: 'unproven: a WebSocket handshake',
    headers: cookieOf(undefined, ...handshake),
    twin: { headers: cookieOf(undefined, ...handshake, ['Origin', page]) },
  },
  {
    ...forged,
    title: 'unproven: refused before the token is looked at',
    headers: cookieOf(() => 'a.b.c'),
    twin: { headers: cookieOf(undefined, ['Origin', page]) },
  },
  {
    ...forged,
    title: 'unproven: refused before the requirement is looked at',
    requirement: 'scope',
    headers: cookieOf(),
    twin: {
      requirement: 'anyScope',
      headers: bearerOf(({ signed }) => signed({ claims: { scope: 'orders:write' } })),
      grant: { scopes: ['orders:write'] },
    },
  },
  {
    title: 'unproven: no credentials, so nothing to prove',
    policy: 'cookies',
    method: 'POST',
    headers: () => [['Sec-Fetch-Site', 'cross-site']],
    answer: answers.missing,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: bearerOf(undefined, ['Sec-Fetch-Site', 'cross-site']) },
  },
  ...['GET', 'HEAD', 'OPTIONS'].map(
    (method): ConformanceCase => ({
      title: `a safe ${method} with a cookie from another site`,
      policy: 'cookies',
      method,
      headers: cookieOf(undefined, ['Sec-Fetch-Site', 'cross-site'], ['Origin', 'https://evil.example']),
      grant: {},
    }),
  ),
]
