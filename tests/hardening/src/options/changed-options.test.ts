import { expect, test } from 'vitest'
import { createGuard, webAuthRequest } from '#core/adapter.js'
import {
  authenticateRequest,
  bearer,
  cookie,
  createAuthenticator,
  createIssuer,
  createKeyRing,
  createKeySet,
  createRemoteKeySet,
  createVerifier,
  describeSecurity,
  generateKey,
  publicJwks,
} from '#core/index.js'
import { signJws } from '#core/jose.js'

const [own, other] = [
  await generateKey('ES256', { kid: 'own' }),
  await generateKey('ES256', { kid: 'other' }),
]
const issuer = 'https://auth.example.com'
const now = Math.floor(Date.now() / 1000)
const good = {
  iss: issuer,
  aud: 'api',
  exp: now + 600,
  iat: now,
  sub: 'u',
  jti: 'j',
  scope: 'read',
  role: 'user',
}
const sign = (claims: object, key = own, typ = 'at+jwt') =>
  signJws(new TextEncoder().encode(JSON.stringify(claims)), {
    algorithm: 'ES256',
    key,
    protectedHeader: { typ },
  })

/** Changes every member, at every depth, of what an application still holds after it has made something of it. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  const isList = Array.isArray(value)
  if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return
  for (const [name, member] of Object.entries(value)) {
    spoil(member)
    if (typeof member === 'string') Reflect.set(value, name, 'spoilt')
    else if (typeof member === 'boolean') Reflect.set(value, name, !member)
    else if (typeof member === 'number') Reflect.set(value, name, 1e9)
    else if (typeof member === 'function') Reflect.set(value, name, () => true)
    else if (!isList && Object.isFrozen(member)) Reflect.deleteProperty(value, name)
  }
  if (isList) value.splice(0, value.length, 'spoilt', other)
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error) => error.code ?? error.message,
  )

const verifiers = {
  'of several issuers': () => ({
    issuer: [issuer, 'https://b.example.com'],
    audience: ['api'],
    typ: ['at+jwt'],
    signature: {
      algorithms: ['ES256' as const],
      keys: { [issuer]: [own], 'https://b.example.com': [other] },
    },
    requiredClaims: ['jti'],
    cache: false as const,
  }),
  'of one issuer': () => ({
    issuer,
    audience: { only: ['api'] },
    typ: 'at+jwt',
    signature: { algorithms: ['ES256' as const], keys: [own] },
    maxTokenAge: 60,
    clockTolerance: 0,
    cache: false as const,
  }),
}

const tokens = await Promise.all([
  sign(good),
  sign({ ...good, iss: 'spoilt' }),
  sign({ ...good, aud: 'spoilt' }),
  sign({ ...good, aud: ['api', 'spoilt'] }),
  sign({ ...good, jti: undefined }),
  sign({ ...good, iat: now - 3_600 }),
  sign(good, other),
  sign(good, own, 'spoilt'),
])

/** A verifier, and its options. */
const made = {
  'of several issuers': () => {
    const options = verifiers['of several issuers']()
    return { options, verifier: createVerifier(options) }
  },
  'of one issuer': () => {
    const options = verifiers['of one issuer']()
    return { options, verifier: createVerifier(options) }
  },
}

test.each(Object.entries(made))('a verifier %s decides by its options as they were', async (_, make) => {
  const { options, verifier: changed } = make()
  const { verifier: unchanged } = make()
  spoil(options)
  for (const token of tokens) {
    expect(await codeOf(changed.verify(token))).toBe(await codeOf(unchanged.verify(token)))
  }
  expect(await codeOf(changed.verify(tokens[0] ?? ''))).toBe('accepted')
})

const authenticatorOptions = () => ({
  verifier: [createVerifier(verifiers['of one issuer']())],
  credentials: [bearer(), cookie('access')],
  csrf: { origins: ['https://app.example.com'] },
  scopes: { [issuer]: ['read'] },
  roles: { [issuer]: ['user'] },
  scopeImplies: { read: ['list'] },
  resource: {
    identifier: 'https://api.example.com',
    authorizationServers: [issuer],
    scopes: ['read'],
    signature: { key: own, algorithm: 'ES256' as const },
  },
})

test('an authenticator decides by its options as they were', async () => {
  const options = authenticatorOptions()
  const changed = createAuthenticator(options)
  const unchanged = createAuthenticator(authenticatorOptions())
  spoil(options)
  const token = await sign(good)
  const sent = (method: string, headers: Record<string, string>) =>
    new Request('https://api.example.com/', { method, headers })
  const byHeader = () => sent('GET', { authorization: `Bearer ${token}` })
  const byCookie = (origin: string) => sent('POST', { cookie: `access=${token}`, origin })
  const asked = [
    ...[{ scope: 'read' }, { scope: 'list' }, { role: 'user' }].map((need) => [byHeader(), need] as const),
    ...['https://app.example.com', 'spoilt'].map((origin) => [byCookie(origin), {}] as const),
  ]
  const outcomes = async (by: typeof changed) =>
    Promise.all(
      asked.map(async ([request, need]) => (await authenticateRequest(by, request.clone(), need)).ok),
    )
  expect(await outcomes(changed)).toEqual(await outcomes(unchanged))
  expect(await outcomes(changed)).toEqual([true, true, true, true, false])
  expect(describeSecurity(changed, { scope: 'read' })).toEqual(describeSecurity(unchanged, { scope: 'read' }))
  const request = { method: 'GET', target: '/', secure: true, header: () => [], text: async () => '' }
  const document = async (by: typeof changed) => {
    const { signed_metadata: signed, ...rest } = JSON.parse((await by.metadata.call(by, request)).body ?? '')
    return { ...rest, isSigned: typeof signed === 'string' }
  }
  expect(await document(changed)).toEqual(await document(unchanged))
})

test('a guard decides by its requirement as it was', async () => {
  const authenticator = createAuthenticator({ verifier: createVerifier(verifiers['of one issuer']()) })
  const requirement: Record<string, unknown> = {
    scope: ['write'],
    role: ['admin'],
    issuer: [issuer],
    acr: ['mfa'],
  }
  const guard = createGuard(authenticator, requirement as { scope: string[] })
  for (const name of Object.keys(requirement)) delete requirement[name]
  requirement['optional'] = true
  const headers = { authorization: `Bearer ${await sign(good)}` }
  const request = (own: Record<string, string>) =>
    webAuthRequest(new Request('https://api.example.com/', { headers: own }))
  expect(await guard(request(headers), {})).toMatchObject({ ok: false })
  expect(await guard(request({}), {})).toMatchObject({ ok: false })
})

test('an issuer issues by its options as they were', async () => {
  const options = {
    issuer,
    audience: ['api'],
    typ: 'at+jwt',
    lifetime: '5m' as const,
    maxLifetime: '10m' as const,
    forbiddenClaims: ['password'],
    signature: { algorithm: 'ES256' as const, keys: [own] },
  }
  const changed = createIssuer(options)
  spoil(options)
  const { claims } = await changed.issue({ sub: 'u' })
  expect(claims).toMatchObject({ iss: issuer, aud: ['api'], exp: (claims.iat ?? 0) + 300 })
  await expect(changed.issue({ sub: 'u', password: 'x' })).rejects.toMatchObject({
    code: 'SB_CLAIM_FORBIDDEN',
  })
})

const published = {
  'a key': async () => () => publicJwks(own),
  'a list': async () => () => publicJwks([own, other]),
  'a key set': async () => {
    const set = await createKeySet([own])
    return () => set.publicJwks()
  },
  'a JWK Set': async () => {
    const set = await createKeySet(publicJwks(own))
    return () => set.publicJwks()
  },
  'a ring': async () => {
    const ring = await createKeyRing({ keys: ['ES256'] })
    return () => ring.publicJwks()
  },
  'a remote set': async () => {
    const body = JSON.stringify(publicJwks(own))
    const set = createRemoteKeySet('https://auth.example.com/jwks', { fetch: async () => new Response(body) })
    await set.refresh()
    return () => set.publicJwks()
  },
}

test.each(Object.entries(published))('what %s publishes is a copy', async (_, make) => {
  const publish = await make()
  const before = structuredClone(publish())
  const shown = publish()
  spoil(shown)
  for (const jwk of publish().keys) Reflect.deleteProperty(jwk, 'alg')
  expect(publish()).toEqual(before)
})
