import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { engine } from '#crypto'
import { bareJwk, checkJwk, hasPrivateMembers, isPrivateJwk, jwkThumbprint, publicMembersOf } from './jwk.js'
import { jwkCandidate } from './jwk-candidate.js'
import { checkSupported, whyUnsupported } from './key-description.js'

const bytes = (length: number): string => engine.encodeBase64url(new Uint8Array(length).fill(1))
const alg = 'ML-DSA-44'
const publicJwk: JWK = { kty: 'AKP', alg, pub: bytes(1312) }
const privateJwk: JWK = { ...publicJwk, priv: bytes(32) }

describe('RFC 9964 §3 to §5: a JWK of type AKP', () => {
  test.each<[string, object, RegExp]>([
    ['without alg', { alg: undefined }, /needs "alg", which determines its format \(RFC 9964 §3\)/],
    ['for another parameter set', { alg: 'ML-DSA-65' }, /the "alg" of the JWK is not ML-DSA-44/],
    ['for an algorithm of another type', { alg: 'ES256' }, /the "alg" of the JWK is not ML-DSA-44/],
    ['of another type', { kty: 'OKP' }, /ML-DSA-44 needs a key of type AKP/],
    ['for encryption', { use: 'enc' }, /"use" must be "sig"/],
    ['without pub', { pub: undefined }, /"pub" of the JWK must be 1312 bytes for ML-DSA-44/],
    ['with the pub of ML-DSA-65', { pub: bytes(1952) }, /"pub" of the JWK must be 1312 bytes/],
    ['with a pub that lacks a byte', { pub: bytes(1311) }, /"pub" of the JWK must be 1312 bytes/],
    ['with a pub that has one more', { pub: bytes(1313) }, /"pub" of the JWK must be 1312 bytes/],
    ['with padding', { pub: `${bytes(1312)}=` }, /"pub" of the JWK must be 1312 bytes/],
    ['with a pub that is not text', { pub: 7 }, /"pub" of the JWK must be 1312 bytes/],
    ['with an expanded private key', { priv: bytes(2560) }, /must be the seed, 32 bytes.*RFC 9964 §4/],
    ['with a seed that lacks a byte', { priv: bytes(31) }, /must be the seed, 32 bytes/],
    ['with a seed that has one more', { priv: bytes(33) }, /must be the seed, 32 bytes/],
    ['with a seed that is not text', { priv: null }, /must be the seed, 32 bytes/],
  ])('is refused %s', (_, change, message) => {
    expect(() => checkJwk({ ...privateJwk, ...change }, alg)).toThrow(message)
    expect(() => checkJwk({ ...privateJwk, use: 'sig', kid: '1' }, alg)).not.toThrow()
    expect(() => checkJwk(publicJwk, alg)).not.toThrow()
  })

  test('has its own private member', () => {
    expect([isPrivateJwk(privateJwk), isPrivateJwk(publicJwk)]).toEqual([true, false])
    expect([hasPrivateMembers(privateJwk), hasPrivateMembers(publicJwk)]).toEqual([true, false])
    expect(publicMembersOf({ ...privateJwk, kid: '1', x: 'AA', d: 'AA' })).toEqual(publicJwk)
    expect(bareJwk({ ...privateJwk, kid: '1', x: 'AA', d: 'AA' })).toEqual(privateJwk)
    // The members of one type mean nothing in another.
    const ec: JWK = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', pub: 'AA', priv: 'AA' }
    expect(isPrivateJwk(ec)).toBe(false)
    expect(bareJwk(ec)).toEqual({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })
  })

  test('does not get an algorithm from a policy', async () => {
    const { alg: _, ...open } = publicJwk
    await expect(jwkCandidate(open, [alg])).rejects.toThrow(/needs "alg"/)
  })

  test('RFC 9964 §6: has a thumbprint of three members, in this order', async () => {
    const expected = await engine.hash(`{"alg":"ML-DSA-44","kty":"AKP","pub":"${bytes(1312)}"}`)
    expect(await jwkThumbprint({ use: 'sig', ...privateJwk, kid: '1' })).toBe(expected)
    expect(jwkThumbprint({ kty: 'AKP', pub: bytes(1312) })).toBeUndefined()
  })
})

test('a runtime without an algorithm names the version that has it', async () => {
  const reason = await whyUnsupported('ML-DSA-87')
  expect(await whyUnsupported('ES256')).toBeUndefined()
  await checkSupported('ES256')
  if (reason === undefined) await checkSupported('ML-DSA-87')
  else
    await expect(async () => checkSupported('ML-DSA-87')).rejects.toThrow(
      /ML-DSA-87 needs .* Node\.js 24\.7 or later/,
    )
})
