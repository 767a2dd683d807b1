import { describe, expect, test } from 'vitest'
import {
  akpKeyBytes,
  algorithmOption,
  algorithms,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  isSignatureAlgorithm,
  isSymmetricKeyManagement,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
  pinnedAlgorithms,
  signatureAlgorithms,
  useOf,
} from './algorithms.js'

/** RFC 7518 §3.4, RFC 8037 §3.1: one curve, one hash, one length. */
test.each([
  ['ES256', 'EC', ['P-256'], 64],
  ['ES384', 'EC', ['P-384'], 96],
  ['ES512', 'EC', ['P-521'], 132],
  ['EdDSA', 'OKP', ['Ed25519'], 64],
  ['Ed25519', 'OKP', ['Ed25519'], 64],
] as const)('%s is of one curve and one length', (alg, kty, curves, signatureBytes) => {
  expect(signatureAlgorithms[alg]).toMatchObject({ kty: [kty], curves, signatureBytes })
  expect(algorithms[alg]).toMatchObject({ kty: [kty], curves })
})

/** RFC 9964 §5, table 1. */
test.each([
  ['ML-DSA-44', 1312, 2420],
  ['ML-DSA-65', 1952, 3309],
  ['ML-DSA-87', 2592, 4627],
] as const)('%s has keys and signatures of one length', (alg, publicKeyBytes, signatureBytes) => {
  expect(signatureAlgorithms[alg]).toEqual({ kty: ['AKP'], publicKeyBytes, signatureBytes, webCrypto: alg })
  expect(akpKeyBytes(alg)).toBe(publicKeyBytes)
  expect([akpKeyBytes('EdDSA'), akpKeyBytes('dir')]).toEqual([undefined, undefined])
})

/** RFC 7518 §3.5: the salt has as many bytes as the hash, and no other algorithm has one. */
test('RSASSA-PSS has a salt as long as its hash', () => {
  const salts = Object.entries(signatureAlgorithms).flatMap(([alg, { saltBytes }]) =>
    saltBytes === undefined ? [] : [[alg, saltBytes]],
  )
  expect(salts).toEqual([
    ['PS256', 32],
    ['PS384', 48],
    ['PS512', 64],
  ])
})

/** RFC 7518 §4.1: those whose key is shared, and so identifies the sender. */
const symmetric = ['dir', 'A128KW', 'A192KW', 'A256KW', 'A128GCMKW', 'A192GCMKW', 'A256GCMKW']

test.each(Object.keys(keyManagementAlgorithms))('%s uses a shared key or does not', (alg) => {
  // One of the keys of the table.
  expect(isSymmetricKeyManagement(alg as KeyManagementAlgorithm)).toBe(symmetric.includes(alg))
})

test('what keys are for', () => {
  expect(['HS256', 'EdDSA', 'dir', 'ECDH-ES'].map((alg) => useOf(alg as 'HS256'))).toEqual([
    'sig',
    'sig',
    'enc',
    'enc',
  ])
  expect(keyManagementAlgorithms.dir).toEqual({ kty: ['oct'], mode: 'direct' })
  expect(algorithms['ECDH-ES'].curves).toEqual(['P-256', 'P-384', 'P-521', 'X25519'])
})

/** RFC 7518 §5.1: bytes of key, initialization vector and tag. */
test.each([
  ['A128GCM', 16, 12, 16],
  ['A192GCM', 24, 12, 16],
  ['A256GCM', 32, 12, 16],
  ['A128CBC-HS256', 32, 16, 16],
  ['A192CBC-HS384', 48, 16, 24],
  ['A256CBC-HS512', 64, 16, 32],
] as const)('%s has a key of %i bytes', (enc, keyBytes, ivBytes, tagBytes) => {
  expect(contentEncryptionAlgorithms[enc]).toEqual({ keyBytes, ivBytes, tagBytes })
})

test.each([undefined, null, 7, ['ES256'], {}, '', 'none', 'es256', 'toString', '__proto__', 'constructor'])(
  '%j is not an algorithm',
  (value) => {
    for (const isOne of [isSignatureAlgorithm, isKeyManagementAlgorithm, isContentEncryptionAlgorithm]) {
      expect(isOne(value)).toBe(false)
    }
  },
)

describe('a rejected algorithm', () => {
  const read = (value: unknown) => () =>
    algorithmOption('alg', value, isKeyManagementAlgorithm, keyManagementAlgorithms)

  test.each([
    ['none', /^alg: "none" is refused: an unsecured JWT is not authenticated \(RFC 8725 §3\.2\)$/],
    [
      'RSA1_5',
      /^alg: "RSA1_5" is refused: PKCS #1 v1\.5 padding allows padding-oracle attacks \(RFC 8725 §3\.2\); use RSA-OAEP-256$/,
    ],
    [
      'PBES2-HS256+A128KW',
      /is refused: the token controls the cost of decrypting it; use deriveKey for strong secrets$/,
    ],
    [
      'PBES2-HS384+A192KW',
      /is refused: the token controls the cost of decrypting it; use deriveKey for strong secrets$/,
    ],
    [
      'PBES2-HS512+A256KW',
      /is refused: the token controls the cost of decrypting it; use deriveKey for strong secrets$/,
    ],
    ['Ed448', /^alg: "Ed448" is refused: few runtimes have it; use Ed25519$/],
    ['toString', /^alg: must be one of RSA-OAEP, RSA-OAEP-256, /],
    [['none'], /^alg: must be one of RSA-OAEP, RSA-OAEP-256, /],
    [undefined, /^alg: must be one of RSA-OAEP, RSA-OAEP-256, /],
  ])('%j, with the reason', (value, message) => {
    expect(read(value)).toThrow(message)
    expect(read('dir')()).toBe('dir')
  })

  test('cannot be listed, and the list must not be empty', () => {
    const pin = (value: unknown) => () =>
      pinnedAlgorithms('algorithms', value, isSignatureAlgorithm, signatureAlgorithms)
    expect([...pin(['ES256', 'HS256', 'ES256'])()]).toEqual(['ES256', 'HS256'])
    expect(pin(['ES256', 'none'])).toThrow(/^algorithms: "none" is refused/)
    for (const none of [[], 'ES256', undefined]) {
      expect(pin(none)).toThrow(/^algorithms: list at least one of HS256, HS384, /)
    }
  })
})
