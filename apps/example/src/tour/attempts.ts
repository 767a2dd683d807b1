import type { Wallet } from './wallet.js'

/** The required result of an attempt. */
interface Expectation {
  readonly status: 200 | 201 | 400 | 401 | 403
  /** The `error` of challenge and body. */
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  /** The scope in the challenge. */
  readonly scope?: string
}

/** One request, sent to each server with a token of each form. */
export interface Attempt {
  readonly title: string
  readonly method: 'GET' | 'POST'
  readonly path: `/${string}`
  readonly headers: (wallet: Wallet) => Readonly<Record<string, string>>
  readonly query?: (wallet: Wallet) => Readonly<Record<string, string>>
  readonly expected: Expectation
}

const bearer = (token: string): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${token}` })

const invalidToken = { status: 401, error: 'invalid_token' } as const
const invalidRequest = { status: 400, error: 'invalid_request' } as const

/** The tour: valid requests first, then invalid ones. */
export const attempts: readonly Attempt[] = [
  {
    title: 'Ben says who he is',
    method: 'GET',
    path: '/me',
    headers: ({ ben }) => bearer(ben),
    expected: { status: 200 },
  },
  {
    title: 'Ben reads orders',
    method: 'GET',
    path: '/orders',
    headers: ({ ben }) => bearer(ben),
    expected: { status: 200 },
  },
  {
    title: 'Ada is an admin',
    method: 'GET',
    path: '/admin',
    headers: ({ ada }) => bearer(ada),
    expected: { status: 200 },
  },
  {
    title: 'a cookie, from a page of ours',
    method: 'POST',
    path: '/orders',
    headers: ({ benCookie }) => ({ Cookie: benCookie, 'Sec-Fetch-Site': 'same-origin' }),
    expected: { status: 201 },
  },
  {
    title: 'no token',
    method: 'GET',
    path: '/me',
    headers: () => ({}),
    expected: { status: 401 },
  },
  {
    title: 'a token in the URL, where nobody looks',
    method: 'GET',
    path: '/me',
    headers: () => ({}),
    query: ({ ben }) => ({ access_token: ben }),
    expected: { status: 401 },
  },
  {
    title: 'role user rewritten to admin',
    method: 'GET',
    path: '/admin',
    headers: ({ roleRewritten }) => bearer(roleRewritten),
    expected: invalidToken,
  },
  {
    title: 'expired',
    method: 'GET',
    path: '/me',
    headers: ({ expired }) => bearer(expired),
    expected: invalidToken,
  },
  {
    title: 'for another audience',
    method: 'GET',
    path: '/me',
    headers: ({ otherAudience }) => bearer(otherAudience),
    expected: invalidToken,
  },
  {
    title: 'alg: none',
    method: 'GET',
    path: '/admin',
    headers: ({ algNone }) => bearer(algNone),
    expected: invalidToken,
  },
  {
    title: "an attacker's, with our public key",
    method: 'GET',
    path: '/admin',
    headers: ({ byPublicKey }) => bearer(byPublicKey),
    expected: invalidToken,
  },
  {
    title: "an attacker's, with a key of their own",
    method: 'GET',
    path: '/admin',
    headers: ({ byOwnKey }) => bearer(byOwnKey),
    expected: invalidToken,
  },
  {
    title: 'genuine, but in another form',
    method: 'GET',
    path: '/me',
    headers: ({ otherForm }) => bearer(otherForm),
    expected: invalidToken,
  },
  {
    title: 'too little scope',
    method: 'GET',
    path: '/orders',
    headers: ({ benWriting }) => bearer(benWriting),
    expected: { status: 403, error: 'insufficient_scope', scope: 'orders:read' },
  },
  {
    title: 'Ben is no admin',
    method: 'GET',
    path: '/admin',
    headers: ({ ben }) => bearer(ben),
    expected: { status: 403, error: 'insufficient_scope' },
  },
  {
    title: 'a cookie, from who knows where',
    method: 'POST',
    path: '/orders',
    headers: ({ benCookie }) => ({ Cookie: benCookie }),
    expected: { status: 403, error: 'invalid_request' },
  },
  {
    title: 'a cookie, from a foreign page',
    method: 'POST',
    path: '/orders',
    headers: ({ benCookie }) => ({
      Cookie: benCookie,
      'Sec-Fetch-Site': 'cross-site',
      Origin: 'https://evil.example.test',
    }),
    expected: { status: 403, error: 'invalid_request' },
  },
  {
    title: 'a token in the header and in a cookie',
    method: 'GET',
    path: '/me',
    headers: ({ ada, benCookie }) => ({ ...bearer(ada), Cookie: benCookie }),
    expected: invalidRequest,
  },
  {
    title: 'two tokens in one header',
    method: 'GET',
    path: '/me',
    headers: ({ ada, ben }) => bearer(`${ada}, Bearer ${ben}`),
    expected: invalidRequest,
  },
]
