import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { audience, goodClaims, issuer, now, nowSeconds } from '../../test-kit/parties.js'
import { proof, proofPair } from '../../test-kit/proofs.js'
import { testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { createAuthenticator } from '../http/authenticator.js'
import { fromSocket } from '../http/client-certificate.js'
import { bearer } from '../http/credentials.js'
import { dpop } from '../http/dpop.js'
import { nodeAuthRequest } from '../http/node-request.js'
import type { Requirement } from '../http/requirement.js'
import { createMemoryStore } from '../stores/memory-store.js'
import type { JwtClaims } from './claims.js'
import { createIntrospectionVerifier, type IntrospectionVerifierOptions } from './introspection.js'

const good = { active: true, ...goodClaims, scope: 'orders:read', client_id: 'app' }

/** What the endpoint answers, and what it was asked. */
let answer: { status?: number; type?: string; body: unknown; delay?: Promise<void> }
let asked: {
  authorization: string | undefined
  form: URLSearchParams
  method: string | undefined
  url: string | undefined
  type: string | undefined
}[] = []

const server = createServer(async (request: IncomingMessage, response) => {
  asked.push({
    authorization: request.headers.authorization,
    form: new URLSearchParams(await text(request)),
    method: request.method,
    url: request.url,
    type: request.headers['content-type'],
  })
  const { status = 200, type = 'application/json', body, delay } = answer
  await delay
  response.writeHead(status, { 'content-type': type })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
})
let endpoint: string
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server on TCP has an address of this kind.
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  answer = { body: good }
  asked = []
})

const secret = { clientId: 'api', clientSecret: 'a secret: with % and ü' }
const create = (options: Partial<IntrospectionVerifierOptions> = {}) =>
  createIntrospectionVerifier({ issuer, audience, endpoint, clientAuthentication: secret, now, ...options })
const codeOf = (verifier: ReturnType<typeof create>, token = 'opaque') =>
  verifier.verify(token).then(
    () => 'accepted',
    (error) => error.code,
  )

test.each<{ readonly token_type: string; readonly cnf?: object }>([
  { token_type: 'DPoP', cnf: { jkt: 'thumbprint' } },
  { token_type: 'Bearer' },
  { token_type: 'Bearer', cnf: { jkt: 'thumbprint' } },
])('a type of token does not replace its binding: %j', async (members) => {
  answer = { body: { ...good, ...members } }
  expect((await create().verify('opaque')).confirmation).toEqual(members.cnf)
})

test('accepts what the issuer calls active, with its claims', async () => {
  const { claims, form, confirmation } = await create().verify('opaque')
  expect(claims).toEqual({ ...goodClaims, scope: 'orders:read', client_id: 'app' })
  expect([form, confirmation]).toEqual(['opaque', undefined])
  expect(Object.isFrozen(claims)).toBe(true)
})

test('RFC 7662 §2.1: asks by POST, with the token and its kind in a form', async () => {
  await create().verify('a+b/c=&d')
  expect(asked[0]).toMatchObject({
    method: 'POST',
    url: '/introspect',
    type: expect.stringMatching(/^application\/x-www-form-urlencoded\b/),
  })
  expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
    token: 'a+b/c=&d',
    token_type_hint: 'access_token',
  })
})

describe('authenticates', () => {
  test('RFC 6749 §2.3.1: by a secret', async () => {
    await create().verify('opaque')
    const encoded = 'api:a+secret%3A+with+%25+and+%C3%BC'
    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from(encoded).toString('base64')}`)
  })

  test('RFC 7523 §2.2: by a key', async () => {
    const clientAuthentication = { clientId: 'api', key: await testKey('ES256') }
    const verifier = create({ clientAuthentication })
    await verifier.verify('opaque')
    await verifier.verify('opaque')
    const [first, second] = asked.map(({ form }) => decodeJwt(form.get('client_assertion') ?? ''))
    expect(first).toEqual({
      ...{ iss: 'api', sub: 'api', aud: issuer, jti: expect.any(String) },
      ...{ iat: nowSeconds, exp: nowSeconds + 60 },
    })
    expect(second?.jti).not.toBe(first?.jti)
    expect(asked[0]?.form.get('client_assertion_type')).toMatch(/:jwt-bearer$/)
    expect(asked[0]?.authorization).toBeUndefined()
  })
})

describe('RFC 7662 §2.2, §2.3: refuses', () => {
  test.each<[string, unknown, string]>([
    ['what is not active', { active: false }, 'SB_TOKEN_INACTIVE'],
    ['what is not active, whatever else is said', { ...good, active: false }, 'SB_TOKEN_INACTIVE'],
    ['another issuer', { ...good, iss: 'https://evil.example' }, 'SB_ISSUER_MISMATCH'],
    ['another audience', { ...good, aud: 'https://other.example' }, 'SB_AUDIENCE_MISMATCH'],
    ['no audience', { ...good, aud: undefined }, 'SB_CLAIM_MISSING'],
    ['what has expired', { ...good, exp: nowSeconds }, 'SB_TOKEN_EXPIRED'],
    ['what is not valid yet', { ...good, nbf: nowSeconds + 1 }, 'SB_TOKEN_NOT_YET_VALID'],
    ['active as text', { ...good, active: 'true' }, 'SB_INTROSPECTION_FAILED'],
    ['active as a number', { ...good, active: 1 }, 'SB_INTROSPECTION_FAILED'],
    ['an answer without active', goodClaims, 'SB_INTROSPECTION_FAILED'],
    ['a list', [good], 'SB_INTROSPECTION_FAILED'],
    ['no JSON', 'active', 'SB_INTROSPECTION_FAILED'],
    ['a member twice', '{"active":false,"active":true}', 'SB_INTROSPECTION_FAILED'],
    ['an exp that is text', { ...good, exp: String(goodClaims.exp) }, 'SB_INTROSPECTION_FAILED'],
    ...['exp', 'nbf', 'iat', 'iss', 'aud', 'sub', 'jti'].flatMap((name): [string, unknown, string][] =>
      [null, true, {}, [[audience]], /exp|nbf|iat/.test(name) ? '1' : 1].map((value) => [
        `${name} ${JSON.stringify(value)}`,
        { ...good, [name]: value },
        'SB_INTROSPECTION_FAILED',
      ]),
    ),
    ['DPoP without a key', { ...good, token_type: 'DPoP' }, 'SB_INTROSPECTION_FAILED'],
    ['dpop without a key', { ...good, token_type: 'dpop' }, 'SB_INTROSPECTION_FAILED'],
    ['too much', { ...good, more: 'x'.repeat(70_000) }, 'SB_INTROSPECTION_FAILED'],
  ])('%s', async (_, body, code) => {
    answer = { body }
    expect(await codeOf(create())).toBe(code)
  })

  test.each([400, 401, 403, 404, 429, 500, 302])(
    'an answer with status %d, as our own trouble',
    async (status) => {
      answer = { status, body: { ...good, error: 'invalid_client' } }
      expect(await codeOf(create())).toBe('SB_INTROSPECTION_FAILED')
    },
  )

  test('another media type', async () => {
    answer = { type: 'text/html', body: good }
    expect(await codeOf(create())).toBe('SB_INTROSPECTION_FAILED')
  })

  test('an endpoint that does not respond in time', async () => {
    let go = (): void => {}
    answer = {
      body: good,
      delay: new Promise((resolve) => {
        go = resolve
      }),
    }
    expect(await codeOf(create({ timeout: 0.05 }))).toBe('SB_INTROSPECTION_FAILED')
    go()
  })
})

test('a response without iss is of the configured issuer', async () => {
  answer = { body: { active: true, aud: audience } }
  expect((await create().verify('opaque')).claims).toEqual({ iss: issuer, aud: audience })
  expect((await create({ issuer: undefined }).verify('opaque')).claims).toEqual({ aud: audience })
  answer = { body: { active: true } }
  expect(await codeOf(create({ audience: 'any' }))).toBe('accepted')
})

test('sends one request for concurrent uses, and one for each later use', async () => {
  const verifier = create()
  let go = (): void => {}
  answer = {
    body: good,
    delay: new Promise((resolve) => {
      go = resolve
    }),
  }
  const first = verifier.verify('opaque')
  await expect.poll(() => asked.length).toBe(1)
  const others = Array.from({ length: 49 }, () => verifier.verify('opaque'))
  // By then all others have hashed their token, where that takes a while.
  await Promise.all(others.map(() => crypto.subtle.digest('SHA-256', new Uint8Array(1_000))))
  go()
  await Promise.all([first, ...others])
  expect(asked).toHaveLength(1)
  answer = { body: good }
  await Promise.all([verifier.verify('opaque'), verifier.verify('another')])
  expect(asked).toHaveLength(3)
})

describe('RFC 7662 §4: a cache', () => {
  let seconds = nowSeconds
  const cached = (cache: IntrospectionVerifierOptions['cache']) => {
    seconds = nowSeconds
    return create({ cache, now: () => new Date(seconds * 1000) })
  }

  test('keeps a response for maxAge', async () => {
    const verifier = cached({ maxAge: '30s' })
    await verifier.verify('opaque')
    seconds += 29
    await verifier.verify('opaque')
    expect(asked).toHaveLength(1)
    seconds += 1
    await verifier.verify('opaque')
    expect(asked).toHaveLength(2)
  })

  test('keeps none beyond the exp of the token', async () => {
    answer = { body: { ...good, exp: nowSeconds + 10 } }
    const verifier = cached({ maxAge: '1h' })
    await verifier.verify('opaque')
    seconds += 10
    answer = { body: { active: false } }
    expect(await codeOf(verifier)).toBe('SB_TOKEN_INACTIVE')
    expect(asked).toHaveLength(2)
  })

  test.each([
    { title: 'an acceptance', first: good, after: { active: false }, code: 'SB_TOKEN_INACTIVE' },
    { title: 'a refusal', first: { active: false }, after: good, code: 'accepted' },
  ])('does not keep $title for longer when a clock that was ahead is corrected', async (row) => {
    const verifier = cached({ maxAge: '30s' })
    seconds += 3600
    answer = { body: row.first }
    await codeOf(verifier)
    answer = { body: row.after }
    seconds -= 3600
    expect(await codeOf(verifier)).toBe(row.code)
  })

  test('keeps rejections too, which evict no accepted tokens', async () => {
    const verifier = cached({ maxAge: '30s', maxEntries: 2 })
    await verifier.verify('opaque')
    answer = { body: { active: false } }
    for (let i = 0; i < 10; i++) await codeOf(verifier, `invented ${i}`)
    expect(await codeOf(verifier, 'invented 9')).toBe('SB_TOKEN_INACTIVE')
    expect(asked).toHaveLength(11)
    expect(await codeOf(verifier)).toBe('accepted')
    expect(asked).toHaveLength(11)
    expect(await codeOf(verifier, 'invented 1')).toBe('SB_TOKEN_INACTIVE')
    expect(asked).toHaveLength(12)
  })

  test('keeps no outage', async () => {
    const verifier = cached({ maxAge: '30s' })
    answer = { status: 500, body: {} }
    expect(await codeOf(verifier)).toBe('SB_INTROSPECTION_FAILED')
    answer = { body: good }
    expect(await codeOf(verifier)).toBe('accepted')
  })
})

test('an authenticator responds to an outage with 503, and checks bindings', async () => {
  const authenticator = createAuthenticator({ verifier: create() })
  const rawHeaders = ['Authorization', 'Bearer opaque']
  const ask = () => authenticator.authenticate(nodeAuthRequest({ method: 'GET', url: '/', rawHeaders }, true))
  expect(await ask()).toMatchObject({ ok: true, auth: { scopes: new Set(['orders:read']), form: 'opaque' } })
  answer = { body: { ...good, cnf: { jkt: 'x' } } }
  expect(await ask()).toMatchObject({ ok: false, error: { code: 'SB_CONFIRMATION_REQUIRED' } })
  answer = { status: 500, body: {} }
  expect(await ask()).toMatchObject({ ok: false, status: 503, headers: { 'Retry-After': '5' } })
})

describe('an authenticator decides on the answer:', () => {
  const pair = proofPair()
  const certificate = Buffer.from('a certificate')
  const thumbprint = createHash('sha256').update(certificate).digest('base64url')
  const authenticator = createAuthenticator({
    verifier: createIntrospectionVerifier({
      ...{ issuer, audience, now, clientAuthentication: secret },
      endpoint: 'https://auth.example.com/introspect',
      fetch: (_, init) => fetch(endpoint, init as RequestInit),
    }),
    credentials: [
      dpop({ origin: 'https://api.example.com', replay: createMemoryStore({ now }), now }),
      bearer(),
    ],
    clientCertificate: fromSocket(),
  })
  const ask = async (
    members: object,
    requirement: Requirement<JwtClaims> = {},
    proven = '',
    raw?: Uint8Array,
  ) => {
    answer = { body: { ...good, ...members } }
    const rawHeaders = proven
      ? ['Authorization', 'DPoP opaque', 'DPoP', proven]
      : ['Authorization', 'Bearer opaque']
    const socket = { getPeerCertificate: () => (raw === undefined ? {} : { raw }) }
    const request = nodeAuthRequest({ method: 'GET', url: '/orders', rawHeaders, socket }, true)
    const outcome = await authenticator.authenticate(request, requirement)
    return outcome.ok ? 'accepted' : outcome.error.code
  }

  test('RFC 9449 §6.2: a cnf with jkt needs a proof of its key', async () => {
    const bound = { token_type: 'DPoP', cnf: { jkt: pair.jkt } }
    expect(await ask(bound, {}, proof(pair, 'opaque'))).toBe('accepted')
    expect(await ask(bound, {}, proof(proofPair(), 'opaque'))).toBe('SB_CONFIRMATION_MISMATCH')
    expect(await ask(bound, {}, proof(pair, 'another'))).toBe('SB_PROOF_INVALID')
    expect(await ask(bound)).toBe('SB_CONFIRMATION_REQUIRED')
    expect(await ask({}, {}, proof(pair, 'opaque'))).toBe('SB_CONFIRMATION_MISMATCH')
  })

  test('RFC 8705 §3.2: a cnf with x5t#S256 needs its certificate', async () => {
    const bound = { cnf: { 'x5t#S256': thumbprint } }
    expect(await ask(bound, {}, '', certificate)).toBe('accepted')
    expect(await ask(bound, {}, '', certificate.subarray(1))).toBe('SB_CONFIRMATION_MISMATCH')
    expect(await ask(bound)).toBe('SB_CONFIRMATION_REQUIRED')
  })

  test('RFC 9470 §6.2: its acr and auth_time say how the user authenticated', async () => {
    const requirement = { acr: 'mfa', maxAge: '10m' } as const
    expect(await ask({ acr: 'mfa', auth_time: nowSeconds - 600 }, requirement)).toBe('accepted')
    for (const members of [
      {},
      { acr: 'mfa' },
      { auth_time: nowSeconds },
      { acr: 'mfa', auth_time: nowSeconds - 601 },
    ]) {
      expect(await ask(members, requirement)).toBe('SB_AUTHENTICATION_INSUFFICIENT')
    }
  })

  test('RFC 8693 §4.1: its act says who acts', async () => {
    expect(await ask({ act: { sub: 'service' } }, { actor: 'service' })).toBe('accepted')
    expect(await ask({ act: { sub: 'other', act: { sub: 'service' } } }, { actor: 'service' })).toBe(
      'SB_ACTOR_INSUFFICIENT',
    )
    expect(await ask({ act: 'service' })).toBe('SB_CLAIMS_INVALID')
  })
})

test.each<[string, object]>([
  ['createIntrospectionVerifier', { url: 'https://auth.example.com' }],
  ['endpoint', { endpoint: 'http://auth.example.com/introspect' }],
  ['endpoint', { endpoint: undefined }],
  ['audience', { audience: undefined }],
  ['issuer', { issuer: '' }],
  ['clientAuthentication', { clientAuthentication: undefined }],
  ['clientAuthentication', { clientAuthentication: { clientId: 'api' } }],
  ['clientAuthentication', { clientAuthentication: { clientId: '', clientSecret: 'x' } }],
  ['clientAuthentication', { clientAuthentication: { ...secret, key: await testKey('ES256') } }],
  [
    'clientAuthentication.key',
    { clientAuthentication: { clientId: 'api', key: await testPublicKey('ES256') } },
  ],
  ['clientAuthentication.key', { clientAuthentication: { clientId: 'api', key: await testKey('HS256') } }],
  [
    'clientAuthentication.certificate',
    { clientAuthentication: { clientId: 'api', certificate: { cert: 'x' } } },
  ],
  ['cache.maxAge', { cache: { maxAge: 0 } }],
  ['cache', { cache: { maxAge: 1, size: 1 } }],
  ['cache.maxEntries', { cache: { maxAge: 1, maxEntries: 0 } }],
  ['timeout', { timeout: 0 }],
  ['fetch', { fetch: 1 }],
])('a bad option is a TypeError that names it: %s', (option, change) => {
  expect(() => create(untyped(change))).toThrow(TypeError)
  expect(() => create(untyped(change))).toThrow(option)
})
