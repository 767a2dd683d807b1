import { createAuthenticator } from '#core/http/authenticator.js'
import type { AuthenticatorOptions } from '#core/http/authenticator-options.js'
import { cookie } from '#core/http/cookie-credentials.js'
import { bearer } from '#core/http/credentials.js'
import { nodeAuthRequest } from '#core/http/node-request.js'
import { hs256Verifier } from '#core-test-kit/hs256.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { type Family, family, type Policy } from './attack.js'
import { jwsHeader, signed, withText } from './tokens.js'
import { once } from './verifiers.js'

/** What a server receives. */
interface Received {
  readonly method?: string
  readonly rawHeaders: readonly string[]
  /** Whether the connection was TLS, as the framework says. @default true */
  readonly isSecure?: boolean
  readonly remoteAddress?: string
}

const server = (options: Partial<AuthenticatorOptions> = {}): Policy =>
  once(async () => {
    const authenticator = createAuthenticator({
      verifier: hs256Verifier(),
      credentials: [bearer(), cookie('__Host-access')],
      ...options,
    })
    return {
      async verify(received) {
        // Every token of these policies is one.
        const {
          method = 'GET',
          rawHeaders,
          isSecure = true,
          remoteAddress = '192.0.2.1',
        } = received as Received
        const socket = { remoteAddress }
        const outcome = await authenticator.authenticate(
          nodeAuthRequest({ method, url: '/orders', rawHeaders, socket }, isSecure),
        )
        if (!outcome.ok) throw outcome.error
      },
    }
  })
const usual: Policy = server()

const token = signed()
const other = signed({ ...goodClaims, sub: 'user_456' })
const authorization = ['Authorization', `Bearer ${token}`]
const inCookie = ['Cookie', `__Host-access=${token}`]
const received =
  (...rawHeaders: readonly string[]) =>
  (): Received => ({ rawHeaders })
const good = received(...authorization)
const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => [`X-Header-${index}`, 'x']).flat()

const second: readonly (readonly [what: string, rawHeaders: readonly string[]])[] = [
  ['the same', ['Authorization', `Bearer ${token}`]],
  ['of another user', ['Authorization', `Bearer ${other}`]],
  ['in lower case', ['authorization', `bearer ${other}`]],
  ['of another scheme', ['Authorization', 'Basic dXNlcjpwYXNz']],
  ['that is empty', ['Authorization', '']],
  ['in a cookie of another user', ['Cookie', `__Host-access=${other}`]],
]

/** What the second credentials of a request hide behind. */
export const repeatedCredentials: Family = family(
  'requests: credentials twice, or among headers that were cut off',
  { policy: usual, source: 'RFC 6750 §2, RFC 9110 §5.3', twin: good },
  [
    ...second.flatMap(([what, headers]) => [
      {
        what: `credentials, and others ${what}`,
        code: 'SB_CREDENTIALS_REPEATED' as const,
        token: received(...authorization, ...headers),
      },
      {
        what: `credentials, and before them others ${what}`,
        code: 'SB_CREDENTIALS_REPEATED' as const,
        token: received(...headers, ...authorization),
      },
      {
        what: `credentials, and 400 headers later others ${what}`,
        code: 'SB_CREDENTIALS_REPEATED' as const,
        token: received(...authorization, ...many(400), ...headers),
        twin: received(...authorization, ...many(401)),
      },
    ]),
    ...[`__Host-access=${other}`, '__Host-access=', '__Host-access=x'].map((pair) => ({
      what: `one cookie, and another ${pair.slice(0, 15)} of ${pair.length} characters`,
      code: 'SB_CREDENTIALS_REPEATED' as const,
      token: received('Cookie', `__Host-access=${token}; ${pair}`),
      twin: received('Cookie', `__Host-access=${token}; access=x`),
    })),
    ...[1_000, 2_000].map((count) => ({
      what: `as many as ${count} headers, of which Node may have left some out`,
      source: 'RFC 9110 §5.4',
      code: 'SB_HEADERS_TRUNCATED' as const,
      token: received(...authorization, ...many(count - 1)),
      twin: received(...authorization, ...many(900)),
    })),
  ],
)

const claimedTls: readonly (readonly string[])[] = [
  [],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Proto', 'http, https'],
  ['X-Forwarded-Proto', 'https, http'],
  ['X-Forwarded-Proto', 'http', 'X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Protocol', 'https'],
  ['X-Forwarded-Scheme', 'https'],
  ['X-Forwarded-Ssl', 'on'],
  ['X-Url-Scheme', 'https'],
  ['Front-End-Https', 'on'],
  ['Forwarded', 'proto=https'],
  ['CloudFront-Forwarded-Proto', 'https'],
  ['Upgrade-Insecure-Requests', '1'],
]
const named = (headers: readonly string[]): string => (headers.length === 0 ? 'no header' : headers.join(' '))

/** A token that crossed a network in the clear is known to whoever listened. */
export const plainHttp: Family = family(
  'requests: plain HTTP',
  { policy: usual, source: 'RFC 6750 §5.3', code: 'SB_HTTPS_REQUIRED' },
  [
    ...claimedTls.map((headers) => ({
      what: `with ${named(headers)}`,
      token: (): Received => ({ rawHeaders: [...authorization, ...headers], isSecure: false }),
      twin: (): Received => ({
        rawHeaders: [...authorization, ...headers.slice(0, 2)].filter((text) => !text.includes(',')),
        isSecure: true,
      }),
    })),
    ...claimedTls.slice(1, -1).map((headers) => ({
      what: `from a proxy on this machine, with ${named(headers)}`,
      token: (): Received => ({
        rawHeaders: [...authorization, ...headers],
        ...{ isSecure: false, remoteAddress: '127.0.0.1' },
      }),
      twin: (): Received => ({
        rawHeaders: authorization,
        ...{ isSecure: false, remoteAddress: '127.0.0.1' },
      }),
    })),
    ...['10.0.0.1', '128.0.0.1', '::2', '::ffff:10.0.0.1', '127.0.0.1.evil.example', ''].map(
      (remoteAddress) => ({
        what: `from ${JSON.stringify(remoteAddress)}`,
        token: (): Received => ({ rawHeaders: authorization, isSecure: false, remoteAddress }),
        twin: (): Received => ({
          rawHeaders: authorization,
          isSecure: false,
          remoteAddress: '::ffff:127.0.0.1',
        }),
      }),
    ),
    ...['http, https', 'https, http', 'https,https,http'].map((value) => ({
      what: `where the framework believes X-Forwarded-Proto: ${value}`,
      token: received(...authorization, 'X-Forwarded-Proto', value),
      twin: received(...authorization, 'X-Forwarded-Proto', 'https, HTTPS'),
    })),
  ],
)

const host = 'api.example.com'
const fromPage =
  (...headers: readonly string[]) =>
  (method: string) =>
  (): Received => ({ method, rawHeaders: [...inCookie, 'Host', host, ...headers] })

const otherPages: readonly (readonly string[])[] = [
  [],
  ['Origin', 'https://evil.example'],
  ['Origin', 'null'],
  ['Origin', ''],
  ['Origin', `http://${host}`],
  ['Origin', `https://${host}:8443`],
  ['Origin', `https://${host}.evil.example`],
  ['Origin', `https://evil.example/https://${host}`],
  ['Origin', `https://evil-${host}`],
  ['Origin', `https://${host}@evil.example`],
  ['Origin', `https://${host}/`],
  ['Origin', `https://${host}, https://evil.example`],
  ['Origin', `https://${host}`, 'Origin', 'https://evil.example'],
  ['Origin', `https://${host}`, 'Host', 'evil.example'],
  ['Referer', `https://${host}/`],
  ['Sec-Fetch-Site', 'cross-site'],
  ['Sec-Fetch-Site', 'same-site'],
  ['Sec-Fetch-Site', 'Same-Origin'],
  ['Sec-Fetch-Site', 'same-origin, cross-site'],
  ['Sec-Fetch-Site', 'same-origin', 'Sec-Fetch-Site', 'cross-site'],
  ['Sec-Fetch-Site', 'cross-site', 'Origin', `https://${host}`],
]

/** A browser sends a cookie along, whatever page it is that sends a request. */
export const otherOrigins: Family = family(
  'requests: cookies that a page of another site sends',
  { policy: usual, source: 'RFC 6265 §8.2, RFC 6454 §7', code: 'SB_CSRF' },
  ['POST', 'DELETE', 'get'].flatMap((method) =>
    otherPages.map((headers, index) => ({
      what: `${method} with ${named(headers)}`,
      token: fromPage(...headers)(method),
      twin:
        index % 2 === 0
          ? fromPage('Origin', `https://${host}`)(method)
          : fromPage('Sec-Fetch-Site', 'same-origin')(method),
    })),
  ),
)

const confirmations: readonly string[] = [
  '{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}',
  '{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}',
  '{"kid":"client"}',
  '{"jwk":{"kty":"EC"}}',
  '{"jwe":"a.b.c.d.e"}',
  '{"jku":"https://client.example/keys"}',
  '{"unknown":1}',
  '{"jkt":null}',
  '{"__proto__":{"jkt":"x"}}',
  '{}',
  '[]',
  'null',
  '"client"',
  'true',
  '0',
]

/** Whoever ignores a binding takes a stolen token (RFC 7800 §3.1). */
export const ignoredBindings: Family = family(
  'requests: bound tokens where nothing checks the binding',
  { policy: usual, source: 'RFC 7800 §3.1', code: 'SB_CONFIRMATION_REQUIRED' },
  [
    ...confirmations.flatMap((cnf) => {
      const bound = signed(withText(`"cnf":${cnf}`))
      return [
        {
          what: `cnf ${cnf} under Bearer`,
          token: received('Authorization', `Bearer ${bound}`),
          twin: received('Authorization', `Bearer ${signed(withText(`"CNF":${cnf}`))}`),
        },
        {
          what: `cnf ${cnf} in a cookie`,
          token: received('Cookie', `__Host-access=${bound}`),
          twin: received('Cookie', `__Host-access=${signed({ ...goodClaims }, { ...jwsHeader, cnf: 'x' })}`),
        },
      ]
    }),
  ],
)
