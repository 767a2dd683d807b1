import { expect, test } from 'vitest'
import { handSign } from '../../test-kit/hand-made.js'
import { audience, goodClaims, issuer, now, nowSeconds } from '../../test-kit/parties.js'
import { bytes, testKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { createIssuer } from './issuer.js'
import { createVerifier } from './verifier.js'

const key = await testKey('HS256')
const profile = 'rfc9068'
const policy = { issuer, audience, typ: 'at+jwt', profile, now } as const
const verifier = createVerifier({ ...policy, signature: { algorithms: ['HS256'], keys: key } })
const tokens = createIssuer({ ...policy, lifetime: '5m', signature: { algorithm: 'HS256', keys: key } })

test('issues and accepts access tokens', async () => {
  const { token } = await tokens.issue({ sub: 'user_1', client_id: 'app' })
  expect((await verifier.verify(token)).claims).toMatchObject({ sub: 'user_1', client_id: 'app' })
})

const complete = { ...goodClaims, client_id: 'app', jti: 'a', iat: nowSeconds }

test.each<[typ: string | undefined, isAccepted: boolean]>([
  ['at+jwt', true],
  ['application/at+jwt', true],
  ['AT+JWT', true],
  ['Application/At+Jwt', true],
  ['JWT', false],
  ['application/jwt', false],
  ['at', false],
  ['at+jwt ', false],
  ['text/at+jwt', false],
  ['application/application/at+jwt', false],
  ['', false],
  [undefined, false],
])('RFC 9068 §4: accepts the typ of access tokens alone: %j, %s', async (typ, isAccepted) => {
  const token = handSign({ alg: 'HS256', typ }, complete, bytes(32))
  const code = await verifier.verify(token).then(
    () => undefined,
    (error: unknown) => Reflect.get(Object(error), 'code'),
  )
  expect(code).toBe(isAccepted ? undefined : 'SB_TYP_MISMATCH')
})

test('RFC 9068 §2.1: RS256 is supported, and the typ at+jwt written', async () => {
  const keys = await testKey('RS256')
  const signing = { algorithm: 'RS256', keys } as const
  const { token } = await createIssuer({ ...policy, lifetime: '5m', signature: signing }).issue({
    sub: 'user_1',
    client_id: 'app',
  })
  const rs256 = createVerifier({ ...policy, signature: { algorithms: ['RS256'], keys } })
  expect((await rs256.verify(token)).protectedHeader).toMatchObject({ alg: 'RS256', typ: 'at+jwt' })
})

test.each(['sub', 'client_id', 'iat', 'jti'])('RFC 9068 §2.2: requires %s', async (name) => {
  const claims = { ...goodClaims, client_id: 'app', jti: 'a', iat: nowSeconds, [name]: undefined }
  const token = handSign({ alg: 'HS256', typ: 'at+jwt' }, claims, bytes(32))
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_CLAIM_MISSING', parameter: name })
})

test.each([0, 1.5, true, false, ['app'], [], {}, { id: 'app' }])(
  'RFC 8693 §4.3: refuses a client_id that is no text: %j',
  async (client_id) => {
    const claims = { ...goodClaims, jti: 'a', iat: nowSeconds, client_id }
    const token = handSign({ alg: 'HS256', typ: 'at+jwt' }, claims, bytes(32))
    await expect(verifier.verify(token)).rejects.toMatchObject({
      code: 'SB_CLAIMS_INVALID',
      parameter: 'client_id',
    })
    // Without the profile, claims that are not registered in RFC 7519 mean what the application says.
    const { profile: _, ...rest } = policy
    const other = createVerifier({ ...rest, signature: { algorithms: ['HS256'], keys: key } })
    expect((await other.verify(token)).claims['client_id']).toEqual(client_id)
  },
)

test.each(['sub', 'client_id', 'jti'])('an empty %s is none', async (name) => {
  const claims = { ...goodClaims, client_id: 'app', jti: 'a', iat: nowSeconds, [name]: '' }
  const token = handSign({ alg: 'HS256', typ: 'at+jwt' }, claims, bytes(32))
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_CLAIM_MISSING', parameter: name })
})

test.each([{ sub: 'user_1' }, { client_id: 'app' }, { sub: '', client_id: 'app' }])(
  'RFC 9068 §2.2: issues none without them: %j',
  async (claims) => {
    await expect(tokens.issue(claims)).rejects.toThrow(/RFC 9068 §2\.2/)
  },
)

test.each<[string, string, object]>([
  ['typ', '§2.1', { typ: 'JWT' }],
  ['typ', '§2.1', { typ: 'any' }],
  ['typ', '§2.1', { typ: ['at+jwt', 'JWT'] }],
  ['typ', '§2.1', { typ: null }],
  ['audience', '§2.2', { audience: 'any' }],
  ['audience', '§2.2', { audience: null }],
  ['issuer', '§2.2', { issuer: null }],
  ['exp', '§2.2', { exp: 'optional', maxTokenAge: '5m' }],
])('refuses %s that contradicts %s: %j', (option, clause, change) => {
  const options = { ...policy, signature: { algorithms: ['HS256'], keys: key }, ...change }
  expect(() => createVerifier(untyped(options))).toThrow(
    new RegExp(`^${option}: contradicts profile 'rfc9068' \\(RFC 9068 ${clause}\\)`),
  )
})

test('refuses encrypted tokens that nobody signed, and other profiles', async () => {
  const encryption = { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: await testKey('dir') }
  expect(() => createVerifier(untyped({ ...policy, encryption }))).toThrow(/^signature: contradicts/)
  const signature = { algorithms: ['HS256'], keys: key }
  expect(() => createVerifier(untyped({ ...policy, signature, profile: 'oidc' }))).toThrow(/^profile/)
  const signing = { algorithm: 'HS256', keys: key }
  expect(() => createIssuer(untyped({ ...policy, typ: 'JWT', lifetime: '5m', signature: signing }))).toThrow(
    /^typ/,
  )
})
