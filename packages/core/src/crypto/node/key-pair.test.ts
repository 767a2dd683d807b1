import { generateKeyPairSync, type JsonWebKey, KeyObject, sign } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { importKeyPair } from '../node.js'
import { importEcdsaPoint, importPublicKey } from './key-pair.js'

const curves = [
  { crv: 'P-256', alg: 'ES256', hash: 'sha256' },
  { crv: 'P-384', alg: 'ES384', hash: 'sha384' },
  { crv: 'P-521', alg: 'ES512', hash: 'sha512' },
] as const

describe('the limit of stack traces', () => {
  const { stackTraceLimit } = Error
  const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') ?? {}
  afterEach(() => {
    Object.defineProperty(Error, 'stackTraceLimit', { ...own, value: stackTraceLimit })
  })
  const { publicKey } = generateKeyPairSync('ed25519')
  const good: JsonWebKey = publicKey.export({ format: 'jwk' })

  test.each([0, 3, Number.POSITIVE_INFINITY])('is what it was before: %d', (limit) => {
    Error.stackTraceLimit = limit
    expect(importPublicKey({ key: good, format: 'jwk' })).toBeInstanceOf(KeyObject)
    expect(Error.stackTraceLimit).toBe(limit)
    expect(() => importPublicKey({ key: { ...good, x: 'AA' }, format: 'jwk' })).toThrow()
    expect(Error.stackTraceLimit).toBe(limit)
  })

  test('may be fixed', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { writable: false })
    expect(importPublicKey({ key: good, format: 'jwk' })).toBeInstanceOf(KeyObject)
  })
})

describe.each(curves)('a public key on $crv', ({ crv, alg, hash }) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: crv })
  const jwk = publicKey.export({ format: 'jwk' })
  const flipped = (text = ''): string => {
    const bytes = Buffer.from(text, 'base64url')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    return bytes.toString('base64url')
  }
  const signature = sign(hash, Buffer.from('input'), { key: privateKey, dsaEncoding: 'ieee-p1363' })

  test('is the same key by its point and by its JWK', async () => {
    const byPoint = await importEcdsaPoint(jwk, crv)
    expect(byPoint.equals(importPublicKey({ key: jwk, format: 'jwk' }))).toBe(true)
  })

  test.each([true, false])('verifies on newer and older releases: %s', async (isNewer) => {
    // Node's type of a JWK has optional members where jose's has unknown ones.
    const imported = await importKeyPair({ publicKey: { ...jwk }, privateKey: undefined }, alg, isNewer)
    expect(await imported.verify?.('input', signature.toString('base64url'))).toBe(true)
    expect(await imported.verify?.('other', signature.toString('base64url'))).toBe(false)
  })

  test.each([true, false])(
    'is rejected beside its curve on newer and older releases: %s',
    async (isNewer) => {
      for (const change of [{ x: flipped(jwk.x) }, { y: flipped(jwk.y) }]) {
        const imported = async () =>
          importKeyPair({ publicKey: { ...jwk, ...change }, privateKey: undefined }, alg, isNewer)
        await expect(imported()).rejects.toThrow()
      }
    },
  )
})
