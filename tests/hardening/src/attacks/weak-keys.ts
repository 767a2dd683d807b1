import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { deriveKey } from '#core/keys/derive.js'
import { importKey } from '#core/keys/import.js'
import type { ImportKeyOptions } from '#core/keys/key-description.js'
import { importSecret } from '#core/keys/secret.js'
import { bytes, pem } from '#core-test-kit/test-keys.js'
import { untyped } from '#core-test-kit/untyped.js'
import { type Family, family, type Policy } from './attack.js'
import { signed, signedWith } from './tokens.js'
import { HS256, RS256, signedBy } from './verifiers.js'

/** A policy that cannot be made, because its key cannot. */
const madeOf =
  (make: () => unknown): Policy =>
  async () => {
    await make()
    return HS256()
  }
const imported = (material: Parameters<typeof importKey>[0], options: ImportKeyOptions): Policy =>
  madeOf(() => importKey(material, options))

const secrets: readonly (readonly [
  what: string,
  alg: ImportKeyOptions['alg'],
  tooShort: number,
  enough: number,
  enc?: 'A256GCM' | 'A128CBC-HS256',
])[] = [
  ['nothing, HS256', 'HS256', 0, 32],
  ['one byte, HS256', 'HS256', 1, 32],
  ['31 bytes, HS256', 'HS256', 31, 32],
  ['47 bytes, HS384', 'HS384', 47, 48],
  ['63 bytes, HS512', 'HS512', 63, 64],
  ['32 bytes, HS512', 'HS512', 32, 64],
  ['15 bytes, A128KW', 'A128KW', 15, 16],
  ['16 bytes, A256KW', 'A256KW', 16, 32],
  ['33 bytes, A256KW', 'A256KW', 33, 32],
  ['24 bytes, A256GCMKW', 'A256GCMKW', 24, 32],
  ['31 bytes, dir with A256GCM', 'dir', 31, 32, 'A256GCM'],
  ['64 bytes, dir with A256GCM', 'dir', 64, 32, 'A256GCM'],
  ['16 bytes, dir with A128CBC-HS256', 'dir', 16, 32, 'A128CBC-HS256'],
]

const textOf = (length: number): string => 'a secret '.repeat(10).slice(0, length)

export const shortSecrets: Family = family(
  'short secrets',
  { source: 'RFC 7518 §3.2, §4.4, §4.5', code: 'TypeError', token: () => signed(), twin: () => signed() },
  [
    ...secrets.flatMap(([what, alg, tooShort, enough, enc]) => {
      const options = { alg, ...(enc !== undefined && { enc }) }
      const jwk = (length: number): JWK => ({
        kty: 'oct',
        k: Buffer.from(bytes(length)).toString('base64url'),
      })
      return [
        {
          what: `${what}, as bytes`,
          policy: imported(bytes(tooShort), options),
          twinPolicy: imported(bytes(enough), options),
        },
        {
          what: `${what}, as a JWK`,
          policy: imported(jwk(tooShort), options),
          twinPolicy: imported(jwk(enough), options),
        },
        {
          what: `${what}, as text`,
          policy: madeOf(() => importSecret(textOf(tooShort), { ...options, encoding: 'utf8' })),
          twinPolicy: madeOf(() => importSecret(textOf(enough), { ...options, encoding: 'utf8' })),
        },
      ]
    }),
    {
      what: 'a password that is to be stretched',
      policy: madeOf(() => deriveKey('correct horse battery staple', { alg: 'HS256', info: 'x' })),
      twinPolicy: madeOf(() => deriveKey(bytes(32), { alg: 'HS256', info: 'x' })),
    },
    ...[
      '',
      null,
      undefined,
      0,
      false,
      {},
      [],
      { kty: 'oct' },
      { kty: 'oct', k: '' },
      { kty: 'oct', k: null },
    ].map((material) => ({
      what: `${JSON.stringify(material)} for a secret`,
      source: 'CVE-2022-23540, CVE-2026-44351',
      policy: imported(untyped(material), { alg: 'HS256' }),
      twinPolicy: imported(bytes(32), { alg: 'HS256' }),
    })),
    ...['', null, undefined, {}, [], 'secret', bytes(32)].map((keys) => ({
      what: `keys that are ${keys instanceof Uint8Array ? 'bytes' : JSON.stringify(keys)}`,
      source: 'CVE-2022-23540, CVE-2026-44351',
      policy: signedBy(['HS256'], () => untyped(keys)),
      twinPolicy: HS256,
    })),
  ],
)

// jose's type and Node's describe the same object.
const asJwk = (key: KeyObject): JWK => key.export({ format: 'jwk' }) as JWK
const newRsa = (bits: number): JWK => asJwk(generateKeyPairSync('rsa', { modulusLength: bits }).publicKey)
const goodRsa = asJwk(createPublicKey(pem('rsa.spki')))
const goodModulus = Buffer.from(String(goodRsa.n), 'base64url')
const weakRsaJwk = asJwk(createPublicKey(pem('weak-rsa.spki')))
const weakModulus = Buffer.from(String(weakRsaJwk.n), 'base64url')

const rsa = (change: object): Policy => imported({ ...goodRsa, ...change }, { alg: 'RS256' })

export const weakRsa: Family = family(
  'short RSA, and exponents that sign anything',
  {
    source: 'RFC 7518 §3.3, §4.3',
    code: 'TypeError',
    token: () => signedWith('RS256'),
    twin: () => signedWith('RS256'),
    twinPolicy: RS256,
  },
  [
    { what: '512 bits', policy: madeOf(() => importKey(newRsa(512), { alg: 'RS256' })) },
    { what: '2,040 bits', policy: madeOf(() => importKey(newRsa(2040), { alg: 'RS256' })) },
    { what: '1,024 bits, as SPKI', policy: imported(pem('weak-rsa.spki'), { alg: 'RS256' }) },
    { what: '1,024 bits, as PKCS#8', policy: imported(pem('weak-rsa.pkcs8'), { alg: 'RS256' }) },
    { what: '1,024 bits, for PS512', policy: imported(pem('weak-rsa.spki'), { alg: 'PS512' }) },
    {
      what: '1,024 bits, for RSA-OAEP-256',
      policy: imported(pem('weak-rsa.pkcs8'), { alg: 'RSA-OAEP-256' }),
    },
    {
      what: '1,024 bits with zeros in front',
      policy: rsa({ n: Buffer.concat([Buffer.alloc(128), weakModulus]).toString('base64url') }),
    },
    {
      what: '20,000 bits, to keep us busy',
      source: 'RFC 8725 §2.7',
      policy: rsa({ n: Buffer.alloc(2500, 0xff).toString('base64url') }),
    },
    { what: 'an exponent of 1', policy: rsa({ e: 'AQ' }) },
    { what: 'an exponent of 0', policy: rsa({ e: 'AA' }) },
    { what: 'an exponent of 2', policy: rsa({ e: 'Ag' }) },
    { what: 'an even exponent', policy: rsa({ e: 'AQAA' }) },
    { what: 'no exponent', policy: rsa({ e: '' }) },
    { what: 'a modulus of zeros', policy: rsa({ n: Buffer.alloc(256).toString('base64url') }) },
    {
      what: 'an even modulus',
      policy: rsa({ n: Buffer.concat([goodModulus.subarray(0, -1), Buffer.of(0xfe)]).toString('base64url') }),
    },
    {
      what: 'an exponent of 257 bits, to keep us busy',
      source: 'RFC 8725 §2.7',
      policy: rsa({ e: Buffer.concat([Buffer.alloc(32, 1), Buffer.of(1)]).toString('base64url') }),
      twin: () => signed(),
      twinPolicy: rsa({ e: Buffer.alloc(32, 0xff).toString('base64url') }),
    },
    { what: 'a modulus with padding', policy: rsa({ n: `${goodRsa.n}=` }) },
    { what: 'more than two primes', policy: rsa({ oth: [] }) },
  ],
)
