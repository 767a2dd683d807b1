import { describe, expect, test } from 'vitest'
import { generateKey } from './generate.js'
import { isForeignJwk, jwkCandidate } from './jwk-candidate.js'
import { exportJwk, publicJwks } from './jwk-set.js'

const { alg: _, use: __, ...ec } = exportJwk(await generateKey('ES256', { extractable: true }))
const [{ alg: ___, use: ____, ...ecPublic } = {}] = publicJwks(
  await generateKey('ES256', { extractable: true }),
).keys
const { d: dOfAnother = '' } = exportJwk(await generateKey('ES256', { extractable: true }))
const secret = { kty: 'oct', k: Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url') }

describe('a JWK without alg', () => {
  test.each([
    { title: 'as it is', jwk: ecPublic },
    { title: 'with a kid', jwk: { ...ecPublic, kid: 'a' } },
    { title: 'with a use', jwk: { ...ecPublic, use: 'sig' } },
    { title: 'with both', jwk: { ...ecPublic, use: 'sig', kid: 'a' } },
  ])('is published $title, without any other member', async ({ jwk }) => {
    const candidate = await jwkCandidate({ ...jwk, ext: true })
    expect(candidate.publicJwk()).toStrictEqual(jwk)
    expect(candidate.kid).toBe('kid' in jwk ? jwk.kid : undefined)
  })

  test('never shows its private part', async () => {
    const { d, ...publicPart } = ec
    expect(d).toBeDefined()
    expect((await jwkCandidate(ec)).publicJwk()).toStrictEqual(publicPart)
    expect((await jwkCandidate(secret)).publicJwk()).toBeUndefined()
  })

  test.each([
    { alg: 'ES256', enc: undefined, fits: true },
    { alg: 'ECDH-ES', enc: 'A256GCM', fits: true },
    { alg: 'ES384', enc: undefined, fits: false },
    { alg: 'HS256', enc: undefined, fits: false },
    { alg: 'dir', enc: 'A256GCM', fits: false },
    { alg: 'none', enc: undefined, fits: false },
  ])('on P-256 serves $alg: $fits', async ({ alg, enc, fits }) => {
    const candidate = await jwkCandidate(ecPublic)
    expect(candidate.fits({ alg, enc })).toBe(fits)
    const key = await candidate.toKey({ alg, enc })
    expect(key?.alg).toBe(fits ? alg : undefined)
    expect(await candidate.toKey({ alg, enc }), 'imported once').toBe(key)
  })

  test('of 32 bytes serves algorithms of that length, with dir each enc separately', async () => {
    const candidate = await jwkCandidate(secret)
    for (const enc of ['A256GCM', 'A128CBC-HS256']) {
      expect(candidate.fits({ alg: 'dir', enc })).toBe(true)
      expect(await candidate.toKey({ alg: 'dir', enc })).toMatchObject({ alg: 'dir', enc })
    }
    for (const enc of ['A512GCM', '', undefined]) expect(candidate.fits({ alg: 'dir', enc })).toBe(false)
    expect(await candidate.toKey({ alg: 'dir', enc: 'A128GCM' })).toBeUndefined()
    expect(await candidate.toKey({ alg: 'HS256' })).toMatchObject({ alg: 'HS256' })
  })

  test('that no algorithm can use is refused immediately', async () => {
    const short = { kty: 'oct', k: Buffer.alloc(8).toString('base64url') }
    await expect(jwkCandidate(short)).rejects.toThrow(TypeError)
    await expect(jwkCandidate({ ...ecPublic, use: 'none' })).rejects.toThrow(
      /^key: the JWK's "use" must be "sig" for ES256$/,
    )
  })

  test.each([
    {
      title: 'halves that differ, if key_ops allow only a later algorithm',
      jwk: { ...ec, d: dOfAnother, key_ops: ['deriveBits'] },
      // WebCrypto refuses such a key without a reason.
      message: /^key: not a valid key for [\w-]+(; its public and private half differ)?$/,
    },
    {
      title: 'a repeated byte, if its length is wrong for the first algorithm',
      jwk: { kty: 'oct', k: Buffer.alloc(16).toString('base64url') },
      message: /single repeated byte/,
    },
    {
      title: 'key_ops that allow nothing',
      jwk: { ...ec, key_ops: ['decrypt'] },
      message: /"key_ops" of the JWK allows no operation/,
    },
  ])('is refused with the fault of every algorithm: $title', async ({ jwk, message }) => {
    await expect(jwkCandidate(jwk)).rejects.toThrow(message)
  })

  test('of matching halves is accepted, if key_ops allow only a later algorithm', async () => {
    const candidate = await jwkCandidate({ ...ec, key_ops: ['deriveBits'] })
    expect((await candidate.toKey({ alg: 'ECDH-ES', enc: 'A256GCM' }))?.alg).toBe('ECDH-ES')
  })
})

test.each([
  { title: 'an RSA key', jwk: { kty: 'RSA', n: 'AQ', e: 'AQAB' }, isForeign: false },
  { title: 'a key on P-256', jwk: { kty: 'EC', crv: 'P-256' }, isForeign: false },
  { title: 'a key on another curve', jwk: { kty: 'EC', crv: 'secp256k1' }, isForeign: true },
  { title: 'a type that is not known', jwk: { kty: 'LWE' }, isForeign: true },
  { title: 'an alg that is not known', jwk: { kty: 'RSA', alg: 'RSA1_5' }, isForeign: true },
  { title: 'an alg that is known', jwk: { kty: 'RSA', alg: 'RS256' }, isForeign: false },
])('$title is foreign: $isForeign', ({ jwk, isForeign }) => {
  expect(isForeignJwk(jwk)).toBe(isForeign)
})
