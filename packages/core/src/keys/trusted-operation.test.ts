import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { generateKey } from './generate.js'
import { exportJwk, publicJwks } from './jwk-set.js'
import { type Key, type KeySelector, type KeySet, keyMaterial } from './key.js'
import { createKeySet } from './key-set.js'
import { importSecret } from './secret.js'
import { trustedOperation } from './trusted-operation.js'

const key = importSecret('0123456789abcdef0123456789abcdef', { alg: 'HS256', encoding: 'utf8' })
const secrets = Array.from({ length: 10 }, (_, i) =>
  importSecret(`secret number ${i}, that is long enough`, { alg: 'HS256', encoding: 'utf8' }),
)
const [ofA, ofB] = [await generateKey('ES256', { kid: 'a' }), await generateKey('ES256', { kid: 'b' })]
const [jwkA = {}, jwkB = {}] = publicJwks([ofA, ofB]).keys
const { alg: _alg, use: _use, ...openA } = jwkA

const hmacHeader = { alg: 'HS256' }
const verificationOf = async (
  keys: KeySet,
  header: KeySelector,
  signer: Key,
  pinned: readonly string[] = [header.alg],
) => {
  const asked = { header, operation: 'verify', algorithms: new Set(pinned) } as const
  const verify = await trustedOperation(keys, asked)
  const signature = await keyMaterial(signer).operations.sign?.('input')
  return verify('input', signature ?? '')
}

/** @see issue 10, B: secrets that are replaced where tokens name no key. */
describe("withoutKid: 'try'", () => {
  test('tries the first eight keys that fit, for tokens without kid', async () => {
    const keys = await createKeySet(secrets, { withoutKid: 'try' })
    for (const [index, signer] of secrets.entries()) {
      expect(await verificationOf(keys, hmacHeader, signer), `secret ${index}`).toBe(index < 8)
    }
  })

  test('is no default, and not for tokens that name a key', async () => {
    const named = { alg: 'HS256', kid: 'x' }
    const trying = await createKeySet(secrets, { withoutKid: 'try' })
    await expect(verificationOf(trying, named, secrets[0] ?? key)).rejects.toMatchObject({
      code: 'SB_KEY_NOT_FOUND',
    })
    const strict = await createKeySet(secrets.slice(0, 2))
    await expect(verificationOf(strict, hmacHeader, secrets[0] ?? key)).rejects.toMatchObject({
      parameter: 'kid: absent, and several keys match',
    })
  })

  test.each(['all', true, 'Try'])('%j is a TypeError', async (withoutKid) => {
    await expect(createKeySet([key], untyped({ withoutKid }))).rejects.toThrow(
      /^withoutKid: must be one of only, try$/,
    )
    await expect(createKeySet([key], { withoutKid: 'only' })).resolves.toBeDefined()
  })
})

/** @see issue 10, B.13 */
test.each<[string, readonly JWK[]]>([
  ['exactly', [jwkA, { ...jwkA }]],
  ['with its certificate', [jwkA, { ...jwkA, x5c: ['MIIB'] }]],
  ['without alg', [jwkA, openA]],
  ['without alg first', [openA, jwkA]],
  ['with key_ops', [jwkA, { ...jwkA, key_ops: ['verify'] }]],
  ['under another kid, for a token without', [jwkA, { ...jwkA, kid: 'other' }]],
])('a key that is published twice is one key: %s', async (title, keys) => {
  const header = title.endsWith('without') ? { alg: 'ES256' } : { alg: 'ES256', kid: 'a' }
  expect(await verificationOf(await createKeySet({ keys: [...keys] }), header, ofA)).toBe(true)
  // Two keys are two.
  await expect(
    verificationOf(
      await createKeySet({ keys: [jwkA, { ...jwkB, kid: 'a' }] }),
      { alg: 'ES256', kid: 'a' },
      ofA,
    ),
  ).rejects.toMatchObject({ parameter: 'kid: several keys have it' })
})

test('a secret that is listed with and without alg is one key', async () => {
  const k = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url')
  for (const jwks of [
    [
      { kty: 'oct', k },
      { kty: 'oct', k, alg: 'HS256' },
    ],
    [
      { kty: 'oct', k, alg: 'HS256' },
      { kty: 'oct', k },
    ],
  ]) {
    expect(await verificationOf(await createKeySet({ keys: jwks }), hmacHeader, key)).toBe(true)
  }
})

/** @see issue 10, B.14: each fault is another person's. */
test.each<{
  title: string
  keys: readonly JWK[]
  header: KeySelector
  pinned?: readonly string[]
  parameter: string
}>([
  {
    title: 'not published',
    keys: [jwkB],
    header: { alg: 'ES256', kid: 'a' },
    parameter: 'kid: no key has it',
  },
  {
    title: 'published for another use',
    keys: [{ ...openA, use: 'enc' }],
    header: { alg: 'ES256', kid: 'a' },
    parameter: 'alg: the key with this kid has another',
  },
  {
    title: 'published twice',
    keys: [jwkA, { ...jwkB, kid: 'a' }],
    header: { alg: 'ES256', kid: 'a' },
    parameter: 'kid: several keys have it',
  },
  {
    title: 'not named, of several',
    keys: [jwkA, jwkB],
    header: { alg: 'ES256' },
    parameter: 'kid: absent, and several keys match',
  },
  { title: 'not named, of none', keys: [jwkA], header: { alg: 'RS256' }, parameter: 'alg: no key has it' },
  {
    title: 'undecided',
    keys: [openA],
    header: { alg: 'ES256', kid: 'a' },
    pinned: ['ES256', 'ECDH-ES'],
    parameter: 'alg: the JWK has none, and the policy allows several',
  },
])('SB_KEY_NOT_FOUND has the cause for operators: $title', async ({ keys, header, pinned, parameter }) => {
  const set = await createKeySet({ keys: [...keys] })
  await expect(verificationOf(set, header, ofA, pinned)).rejects.toMatchObject({
    code: 'SB_KEY_NOT_FOUND',
    parameter,
  })
})

test('a key that can only sign verifies nothing', async () => {
  const sealed = await generateKey('ES256', { kid: 'a', extractable: true })
  const set = await createKeySet({ keys: [{ ...exportJwk(sealed), key_ops: ['sign'] }] })
  await expect(verificationOf(set, { alg: 'ES256', kid: 'a' }, ofA)).rejects.toMatchObject({
    parameter: 'key_ops: the key is not for this operation',
  })
})

const [rsaJwk = {}] = publicJwks(await testPublicKey('RS256')).keys
const [edJwk = {}] = publicJwks(await testPublicKey('EdDSA')).keys
const bare = ({ alg, use, ...jwk }: JWK): JWK => jwk

test.each([
  { title: 'one of its type', jwk: rsaJwk, alg: 'RS256', pinned: ['RS256'], isServed: true },
  {
    title: 'one of its type among others',
    jwk: rsaJwk,
    alg: 'RS256',
    pinned: ['RS256', 'ES256', 'HS256'],
    isServed: true,
  },
  { title: 'two paddings', jwk: rsaJwk, alg: 'RS256', pinned: ['RS256', 'PS256'], isServed: false },
  { title: 'two hashes', jwk: rsaJwk, alg: 'RS512', pinned: ['RS256', 'RS512'], isServed: false },
  { title: 'two curves', jwk: jwkA, alg: 'ES256', pinned: ['ES256', 'ES384'], isServed: true },
  {
    title: 'two names of one algorithm',
    jwk: edJwk,
    alg: 'EdDSA',
    pinned: ['EdDSA', 'Ed25519'],
    isServed: true,
  },
])(
  'RFC 8725bis §3.1: a JWK without alg, where the policy pins $title, serves: $isServed',
  async ({ jwk, alg, pinned, isServed }) => {
    const operationOf = async (set: KeySet) =>
      trustedOperation(set, { header: { alg }, operation: 'verify', algorithms: new Set(pinned) })
    const open = operationOf(await createKeySet({ keys: [bare(jwk)] }))
    if (isServed) await expect(open).resolves.toBeTypeOf('function')
    else await expect(open).rejects.toMatchObject({ code: 'SB_KEY_NOT_FOUND' })
    // Where the policy or the publisher says which, it serves that one.
    const said = await createKeySet({ keys: [bare(jwk)] }, { algorithm: untyped(alg) })
    await expect(operationOf(said)).resolves.toBeTypeOf('function')
    await expect(operationOf(await createKeySet({ keys: [{ ...jwk, alg }] }))).resolves.toBeTypeOf('function')
  },
)

test('algorithm is for JWKs, and one of those that are known', async () => {
  await expect(createKeySet([key], { algorithm: 'HS256' })).rejects.toThrow(
    /^algorithm: only applies to JWKs without "alg"/,
  )
  await expect(createKeySet({ keys: [openA] }, { algorithm: untyped('none') })).rejects.toThrow(
    /^algorithm: "none" is refused/,
  )
  const set = await createKeySet({ keys: [openA, bare(rsaJwk)] }, { algorithm: ['PS256', 'ES256'] })
  expect((await set.select({ alg: 'PS256' })).length).toBe(1)
  expect((await set.select({ alg: 'RS256' })).length).toBe(0)
})

/** @see issue 10, A.10 */
test('a key set that does not respond in time is unavailable', async () => {
  const never: KeySet = { generation: 0, timeout: 0.02, select: () => new Promise(() => undefined) }
  await expect(verificationOf(never, hmacHeader, key)).rejects.toMatchObject({
    code: 'SB_KEYS_UNAVAILABLE',
    parameter: 'select: timeout',
  })
  const late: KeySet = { ...never, timeout: 5, select: async () => [key] }
  await expect(verificationOf(late, hmacHeader, key)).resolves.toBe(true)
})

/** @see issue 10, B.15 */
test('one invalid JWK does not invalidate a local set, and is listed with its reason', async () => {
  const set = await createKeySet({
    keys: [{ ...jwkB, x: 'AA' }, { ...jwkB, key_ops: untyped('verify') }, jwkA],
  })
  expect(await verificationOf(set, { alg: 'ES256', kid: 'a' }, ofA)).toBe(true)
  expect(set.skipped).toMatchObject([
    {
      index: 0,
      kid: 'b',
      reason: 'invalid',
      detail: expect.stringMatching(/^key: "x" of the JWK .* leading zeros/),
    },
    { index: 1, kid: 'b', reason: 'invalid', detail: expect.stringMatching(/^key: "key_ops"/) },
  ])
  await set.replace({ keys: [jwkA] })
  expect(set.skipped).toEqual([])
})

/** RFC 7520 §5.6.1 names its key so. */
test('a JWK whose alg is an enc serves dir in key sets too', async () => {
  const k = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url')
  const set = await createKeySet({ keys: [{ kty: 'oct', k, alg: 'A256GCM', kid: 'x' }] })
  expect(await set.select({ alg: 'dir', enc: 'A256GCM', kid: 'x' })).toMatchObject([
    { alg: 'dir', enc: 'A256GCM' },
  ])
  expect(await set.select({ alg: 'dir', enc: 'A128CBC-HS256', kid: 'x' })).toEqual([])
})
