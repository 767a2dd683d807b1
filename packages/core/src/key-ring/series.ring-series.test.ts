import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { generateKey } from '../keys/generate.js'
import { keyMaterial } from '../keys/key.js'
import { type KeyRingOptions, ringOptions } from './options.js'
import { ringSeries, trustOnly } from './series.js'

const seriesOf = (keys: KeyRingOptions['keys']) => ringSeries(ringOptions({ keys }))
const jwk = { kty: 'EC', kid: 'a', x: 'x', d: 'd' }
const source = (made: unknown) => ({ create: async () => untyped(made), open: () => untyped({}) })

test('creates keys by the row of the options', async () => {
  const { series } = await seriesOf([
    { alg: 'ECDH-ES', crv: 'P-384' },
    { alg: 'dir', enc: 'A128GCM' },
    { alg: 'RS256', modulusLength: 2_056 },
  ])
  const [agreement, direct, rsa] = [
    await series[0]?.create(),
    await series[1]?.create(),
    await series[2]?.create(),
  ]
  expect(agreement).toMatchObject({ alg: 'ECDH-ES', use: 'enc', crv: 'P-384', d: expect.any(String) })
  expect(direct).toMatchObject({ alg: 'dir', use: 'enc', enc: 'A128GCM', kty: 'oct' })
  expect(Buffer.from(String(rsa?.n), 'base64url')).toHaveLength(257)
  expect(series.map(({ id, use, trustFor }) => `${use} ${id} ${trustFor}`)).toEqual([
    'enc ECDH-ES 3960',
    'enc dir A128GCM 3960',
    'sig RS256 3660',
  ])
})

test.each([[undefined], [null], ['jwk'], [{ kty: 'EC' }], [{ kty: 'EC', kid: 7 }], [{ kty: 'EC', kid: '' }]])(
  'accepts no key of a source without a kid: %j',
  async (made) => {
    const { series } = await seriesOf([{ alg: 'ES256', source: source(made) }])
    await expect(series[0]?.create()).rejects.toThrow(
      /^keys: create\(\) of a source must resolve to a JWK with a kid$/,
    )
    const good = await seriesOf([{ alg: 'ES256', source: source(jwk) }])
    expect(await good.series[0]?.create()).toEqual({ ...jwk, alg: 'ES256', use: 'sig' })
  },
)

test('keeps the public half of its own pairs, and all of secrets and of what a source made', async () => {
  const own = (await seriesOf(['ES256'])).series[0]
  expect(own?.publicHalf({ ...jwk, crv: 'P-256' })).not.toHaveProperty('d')
  const secret = { kty: 'oct', k: 'k' }
  expect((await seriesOf(['HS256'])).series[0]?.publicHalf(secret)).toEqual(secret)
  expect((await seriesOf([{ alg: 'ES256', source: source(jwk) }])).series[0]?.publicHalf(jwk)).toEqual(jwk)
})

test('opens keys by the source of its row', async () => {
  const key = await generateKey('ES256')
  const { open } = await seriesOf([{ alg: 'ES256', source: { create: async () => jwk, open: () => key } }])
  const entry = {
    jwk: untyped(jwk),
    published: 0,
    lead: 0,
    trustFor: 0,
    activeFrom: 0,
    activeUntil: undefined,
  }
  const { active, trusted } = await open({ ...entry, series: 'ES256' })
  expect(active).toBe(key)
  expect(Object.keys(keyMaterial(trusted).operations)).toEqual(['verify'])
})

test('restricts a key to verifying and decrypting', async () => {
  const operations = async (alg: 'ES256' | 'HS256' | 'A256KW' | 'RSA-OAEP-256') =>
    Object.keys(keyMaterial(trustOnly(await generateKey(alg))).operations)
  expect(await operations('ES256')).toEqual(['verify'])
  expect(await operations('HS256')).toEqual(['verify'])
  expect(await operations('A256KW')).toEqual(['decrypt'])
  expect(await operations('RSA-OAEP-256')).toEqual(['decrypt'])
})
