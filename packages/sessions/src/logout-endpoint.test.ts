import { createIssuer, createVerifier, generateKey } from '@sealbearer/core'
import { type Endpoint, webAuthRequest } from '@sealbearer/core/internal'
import { signJws } from '@sealbearer/core/jose'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createLogoutEndpoint, type LogoutEndpointOptions } from './logout-endpoint.js'
import { setUp } from './testing/setup.js'

const provider = 'https://login.example.com'
const event = { 'http://schemas.openid.net/event/backchannel-logout': {} }

async function send(endpoint: Endpoint, body: string, type = 'application/x-www-form-urlencoded') {
  const request = new Request('https://app.example.com/', {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  })
  return endpoint(Object.assign(webAuthRequest(request), { text: () => request.text() }))
}

async function setUpLogout(
  options: Partial<LogoutEndpointOptions> = {},
  sessionsOptions: Parameters<typeof setUp>[0] = {},
) {
  const key = await generateKey('ES256')
  const made = await setUp(sessionsOptions)
  const parties = { issuer: provider, audience: 'client_1', now: made.now }
  const issuerFor = (typ: string) =>
    createIssuer({ ...parties, lifetime: '2m', typ, signature: { algorithm: 'ES256', keys: key } })
  const verifier = createVerifier({
    ...parties,
    typ: 'any',
    signature: { algorithms: ['ES256'], keys: key },
  })
  const endpoint = createLogoutEndpoint({ verifier, sessions: made.sessions, ...options })
  const mint = async (claims: object, typ = 'logout+jwt') => (await issuerFor(typ).issue({ ...claims })).token
  const post = async (body: string, type?: string) => send(endpoint, body, type)
  const logOut = async (claims: object, typ?: string) =>
    post(`logout_token=${await mint({ events: event, ...claims }, typ)}`)
  return { ...made, endpoint, mint, post, logOut }
}

test('ends the session that was started with that of the provider', async () => {
  const { sessions, logOut, events } = await setUpLogout()
  const providerSession = { issuer: provider, sid: 'op_session' }
  const tied = await sessions.start({ sub: 'user_1', providerSession })
  const other = await sessions.start({ sub: 'user_1' })
  expect(await logOut({ sid: 'op_session' })).toMatchObject({
    status: 200,
    headers: { 'Cache-Control': 'no-store' },
  })
  expect(events.at(-1)).toEqual({ type: 'ended', sid: tied.session.id, by: 'provider' })
  expect((await sessions.list('user_1')).map(({ id }) => id)).toEqual([other.session.id])
})

test('of another provider with the same sid ends nothing', async () => {
  const { sessions, logOut } = await setUpLogout()
  await sessions.start({ sub: 'user_1', providerSession: { issuer: 'https://other.example', sid: 'a' } })
  expect(await logOut({ sid: 'a' })).toMatchObject({ status: 200 })
  expect(await sessions.list('user_1')).toHaveLength(1)
})

test('without sid ends all sessions of the subject', async () => {
  const { sessions, logOut } = await setUpLogout({ subject: ({ sub }) => `local_${sub}` })
  await sessions.start({ sub: 'local_user_1' })
  await sessions.start({ sub: 'user_1' })
  expect(await logOut({ sub: 'user_1' })).toMatchObject({ status: 200 })
  expect(await sessions.list('local_user_1')).toEqual([])
  expect(await sessions.list('user_1')).toHaveLength(1)
})

test('§2.7: ends refresh tokens too, and a session that has already ended is a success', async () => {
  const { sessions, logOut } = await setUpLogout()
  const providerSession = { issuer: provider, sid: 'op_session' }
  const { refreshToken = '' } = await sessions.start({ sub: 'user_1', providerSession })
  for (let i = 0; i < 2; i++) expect(await logOut({ sid: 'op_session' })).toMatchObject({ status: 200 })
  await expect(sessions.renew(refreshToken)).rejects.toMatchObject({ code: 'SB_REFRESH_REFUSED' })
})

test('§2.4, §2.5: ignores other claims and other values of the form', async () => {
  const { sessions, mint, post } = await setUpLogout()
  await sessions.start({ sub: 'user_1' })
  const token = await mint({ sub: 'user_1', events: { ...event, 'urn:example': {} }, 'urn:example': [1] })
  expect(await post(`state=a&logout_token=${token}&state=b`)).toMatchObject({ status: 200 })
  expect(await sessions.list('user_1')).toEqual([])
})

test('refuses the tokens of the provider too', async () => {
  const { revocations } = await setUp()
  const { logOut } = await setUpLogout({ revocations })
  await logOut({ sid: 'op_session' })
  expect(revocations.isRevoked({ sid: 'op_session', iat: 1 })).toBe(true)
})

test('a logout token is used once', async () => {
  const { sessions, mint, post } = await setUpLogout()
  const body = `logout_token=${await mint({ events: event, sub: 'user_1' })}`
  expect(await post(body)).toMatchObject({ status: 200 })
  await sessions.start({ sub: 'user_1' })
  expect(await post(body)).toMatchObject({ status: 400 })
  expect(await sessions.list('user_1')).toHaveLength(1)
})

describe('§2.6: a logout token is validated like an ID token', () => {
  const good = {
    iss: provider,
    aud: ['client_1', 'client_2'],
    sub: 'user_1',
    jti: 'a',
    iat: 1_800_000_000,
    exp: 1_800_000_120,
    events: event,
  }

  async function setUpSigned() {
    const { sessions, now } = await setUp()
    const [key, otherKey] = [await generateKey('HS256'), await generateKey('HS256')]
    const verifier = createVerifier({
      ...{ issuer: provider, audience: 'client_1', typ: 'any', now },
      signature: { algorithms: ['HS256'], keys: key },
    })
    await sessions.start({ sub: 'user_1' })
    const sign = (claims: object, typ: string | undefined = 'logout+jwt', by = key) =>
      signJws(new TextEncoder().encode(JSON.stringify(claims)), {
        ...{ algorithm: 'HS256', key: by },
        protectedHeader: typ === '' ? {} : { typ },
      })
    return { sessions, sign, otherKey, endpoint: createLogoutEndpoint({ verifier, sessions }) }
  }
  type Made = Awaited<ReturnType<typeof setUpSigned>>
  const claiming =
    (change: object) =>
    ({ sign }: Made) =>
      sign({ ...good, ...change })
  const unsigned = [{ alg: 'none', typ: 'logout+jwt' }, good].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )

  test.each<{ title: string; make: (made: Made) => Promise<string> | string }>([
    { title: 'alg none', make: () => `${unsigned.join('.')}.` },
    { title: 'no signature', make: async ({ sign }) => (await sign(good)).replace(/[^.]+$/, '') },
    { title: 'another key', make: ({ sign, otherKey }) => sign(good, undefined, otherKey) },
    { title: 'the typ of other tokens', make: ({ sign }) => sign(good, 'JWT') },
    { title: 'no typ', make: ({ sign }) => sign(good, '') },
    { title: 'no iss', make: claiming({ iss: undefined }) },
    { title: 'another iss', make: claiming({ iss: 'https://other.example' }) },
    { title: 'no aud', make: claiming({ aud: undefined }) },
    { title: 'another aud', make: claiming({ aud: ['client_2'] }) },
    { title: 'no iat', make: claiming({ iat: undefined }) },
    { title: 'an iat in the future', make: claiming({ iat: 1_800_000_060 }) },
    { title: 'no exp', make: claiming({ exp: undefined }) },
    { title: 'an exp that has passed', make: claiming({ exp: 1_800_000_000 }) },
    { title: 'no jti', make: claiming({ jti: undefined }) },
  ])('$title is refused', async ({ make }) => {
    const made = await setUpSigned()
    const { sessions, sign, endpoint } = made
    expect(await send(endpoint, `logout_token=${await make(made)}`)).toMatchObject({
      status: 400,
      headers: { 'Cache-Control': 'no-store' },
    })
    expect(await sessions.list('user_1')).toHaveLength(1)
    expect(await send(endpoint, `logout_token=${await sign(good)}`)).toMatchObject({ status: 200 })
    expect(await sessions.list('user_1')).toEqual([])
  })
})

test('§2.4, §2.6 (1): encrypted tokens are accepted where the verifier decrypts, and no others are', async () => {
  const { sessions, now } = await setUp()
  await sessions.start({ sub: 'user_1' })
  const [signer, decrypter] = [await generateKey('ES256'), await generateKey('ECDH-ES', { crv: 'P-256' })]
  const parties = { issuer: provider, audience: 'client_1', typ: 'logout+jwt', now }
  const issuing = { ...parties, lifetime: '2m', signature: { algorithm: 'ES256', keys: signer } } as const
  const encryption = { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM', keys: decrypter } as const
  const verifier = createVerifier({
    ...parties,
    signature: { algorithms: ['ES256'], keys: signer },
    encryption: { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'], keys: decrypter },
  })
  const endpoint = createLogoutEndpoint({ verifier, sessions })
  const claims = { events: event, sub: 'user_1' }

  const { token: signed } = await createIssuer(issuing).issue(claims)
  expect(await send(endpoint, `logout_token=${signed}`)).toMatchObject({ status: 400 })
  expect(await sessions.list('user_1')).toHaveLength(1)
  const { token: nested } = await createIssuer({ ...issuing, encryption }).issue(claims)
  expect(await send(endpoint, `logout_token=${nested}`)).toMatchObject({ status: 200 })
  expect(await sessions.list('user_1')).toEqual([])
})

describe('refuses', () => {
  test.each<{ title: string; claims: object; typ?: string }>([
    { title: 'an ID token', claims: { sub: 'user_1' }, typ: 'JWT' },
    { title: 'a nonce', claims: { sub: 'user_1', nonce: 'a' } },
    { title: 'an empty nonce', claims: { sub: 'user_1', nonce: null } },
    { title: 'neither sid nor sub', claims: {} },
    { title: 'a sid that is no text', claims: { sid: 1 } },
    { title: 'an empty sid', claims: { sid: '', sub: 'user_1' } },
    { title: 'no events', claims: { sub: 'user_1', events: undefined } },
    { title: 'other events', claims: { sub: 'user_1', events: { 'https://example.com/event': {} } } },
    {
      title: 'an event that is no object',
      claims: { sub: 'user_1', events: { [Object.keys(event)[0] ?? '']: true } },
    },
    { title: 'a list of events', claims: { sub: 'user_1', events: Object.keys(event) } },
  ])('$title', async ({ claims, typ }) => {
    const { sessions, logOut } = await setUpLogout()
    await sessions.start({ sub: 'user_1' })
    const { status, headers, body } = await logOut(claims, typ)
    expect([status, headers['Cache-Control'], JSON.parse(body ?? '')]).toEqual([
      400,
      'no-store',
      { error: 'invalid_request', error_description: expect.any(String) },
    ])
    expect(await sessions.list('user_1')).toHaveLength(1)
    expect(await logOut({ sub: 'user_1' })).toMatchObject({ status: 200 })
  })

  test.each([
    { title: 'no token', body: () => 'a=b' },
    { title: 'an empty token', body: () => 'logout_token=' },
    { title: 'two tokens', body: (token: string) => `logout_token=${token}&logout_token=${token}` },
    { title: 'an invalid token', body: () => 'logout_token=a.b.c' },
    { title: 'a changed token', body: (token: string) => `logout_token=${token.slice(0, -4)}AAAA` },
    {
      title: 'JSON',
      body: (token: string) => JSON.stringify({ logout_token: token }),
      type: 'application/json',
    },
  ])('$title', async ({ body, type }) => {
    const { mint, post, sessions } = await setUpLogout()
    await sessions.start({ sub: 'user_1' })
    const token = await mint({ events: event, sub: 'user_1' })
    expect(await post(body(token), type)).toMatchObject({ status: 400 })
    expect(await sessions.list('user_1')).toHaveLength(1)
  })

  test('another method', async () => {
    const { endpoint } = await setUpLogout()
    const request = webAuthRequest(new Request('https://app.example.com/'))
    const answer = await endpoint(Object.assign(request, { text: async () => '' }))
    expect(answer).toMatchObject({ status: 405, headers: { Allow: 'POST' } })
  })
})

test('is 503 if the token cannot be recorded as used', async () => {
  const { logOut, sessions } = await setUpLogout({
    replay: { claim: () => Promise.reject(new Error('connection refused')) },
  })
  await sessions.start({ sub: 'user_1' })
  expect(await logOut({ sub: 'user_1' })).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } })
  expect(await sessions.list('user_1')).toHaveLength(1)
})

test.each([
  { title: 'one session', operation: 'end', claims: { sid: 'op_session' } },
  { title: 'all of a subject', operation: 'endAll', claims: { sub: 'user_1' } },
] as const)('is 503 where $title cannot be ended, and done when it is sent again', async (failing) => {
  let fails = true
  const { sessions, mint, post } = await setUpLogout(
    {},
    {
      store: (store) => ({
        [failing.operation]: (input: never) =>
          fails ? Promise.reject(new Error('connection refused')) : store[failing.operation](input),
      }),
    },
  )
  const providerSession = { issuer: provider, sid: 'op_session' }
  for (let i = 0; i < 2; i++) await sessions.start({ sub: 'user_1', providerSession })
  const body = `logout_token=${await mint({ events: event, ...failing.claims })}`
  expect(await post(body)).toMatchObject({ status: 503 })
  fails = false
  expect(await sessions.list('user_1')).toHaveLength(2)
  expect(await post(body)).toMatchObject({ status: 200 })
  expect(await sessions.list('user_1')).toEqual([])
  expect(await post(body)).toMatchObject({ status: 400 })
})

test('is 503 if the replay store never responds', async () => {
  const { mint, post } = await setUpLogout({ replay: { claim: () => new Promise(() => {}) } })
  const body = `logout_token=${await mint({ events: event, sub: 'user_1' })}`
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const answer = post(body)
  // Signatures are verified on another thread, and the time limit begins after that.
  await vi.waitUntil(() => vi.getTimerCount() > 0, { timeout: 20_000 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await answer).toMatchObject({ status: 503 })
})

test.each<{ title: string; options: object; message: RegExp }>([
  { title: 'no verifier', options: { verifier: undefined }, message: /^verifier: required/ },
  { title: 'no sessions', options: { sessions: {} }, message: /^sessions: must come from createSessions/ },
  { title: 'a store that remembers nothing', options: { replay: {} }, message: /^replay: required/ },
  { title: 'an invalid path', options: { path: 'logout' }, message: /^path/ },
  { title: 'a misspelt option', options: { session: 1 }, message: /"session"/ },
])('$title is a TypeError', async ({ options, message }) => {
  await expect(setUpLogout(options)).rejects.toThrow(message)
})
