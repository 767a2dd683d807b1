import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import { importKey } from '#core/keys/import.js'
import type { ImportKeyOptions } from '#core/keys/key-description.js'
import { createKeySet } from '#core/keys/key-set.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { bytes, pem } from '#core-test-kit/test-keys.js'
import { untyped } from '#core-test-kit/untyped.js'
import { type Family, family, type Policy } from './attack.js'
import { jwsHeader, signed, signedWith } from './tokens.js'
import { ES256, HS256, RS256, verifier } from './verifiers.js'

// jose's type and Node's describe the same object.
const publicJwk = (name: string): JWK => createPublicKey(pem(`${name}.spki`)).export({ format: 'jwk' }) as JWK
const privateJwk = (name: string): JWK =>
  createPrivateKey(pem(`${name}.pkcs8`)).export({ format: 'jwk' }) as JWK
const secretJwk = (length = 32): JWK => ({ kty: 'oct', k: Buffer.from(bytes(length)).toString('base64url') })

/** A verifier whose keys are a JWK Set. */
const published =
  (algorithms: readonly string[], ...keys: JWK[]): Policy =>
  async () =>
    verifier({ signature: { algorithms, keys: await createKeySet({ keys }) } })

const madeOf =
  (jwk: JWK, options: ImportKeyOptions): Policy =>
  async () => {
    await importKey(jwk, options)
    return HS256()
  }

const rsa = publicJwk('rsa')
const named = { typ: 'at+jwt', kid: '1' }
const rs256 = () => signedWith('RS256', goodClaims, { alg: 'RS256', ...named })
const decoy: JWK = { ...publicJwk('ec-P-256'), kid: 'ec', alg: 'ES256' }

/** What a published key says of itself that keeps it from verifying the token. */
const restrictions: readonly (readonly [what: string, members: JWK])[] = [
  ['another alg', { alg: 'RS512' }],
  ['another alg of its type', { alg: 'PS256' }],
  ['an alg for encryption', { alg: 'RSA-OAEP-256' }],
  ['use enc', { use: 'enc' }],
]

/** RFC 7517 §4.2 to §4.4 */
export const keyRestrictions: Family = family(
  'use, key_ops and alg of a JWK',
  { source: 'RFC 7517 §4.2, §4.3, §4.4', token: rs256, twin: rs256 },
  [
    ...restrictions.map(([what, members]) => ({
      what: `a published key with ${what}`,
      policy: published(['RS256', 'ES256'], { ...rsa, kid: '1', ...members }, decoy),
      code: 'SB_KEY_NOT_FOUND' as const,
      twinPolicy: published(
        ['RS256', 'ES256'],
        { ...rsa, kid: '1', alg: 'RS256', use: 'sig', key_ops: ['verify'] },
        decoy,
      ),
    })),
    {
      what: 'a JWK without alg, and HS256 under its bytes',
      source: 'CVE-2026-22817, CVE-2026-22818',
      policy: published(['RS256', 'HS256'], { ...rsa, kid: '1' }),
      code: 'SB_KEY_NOT_FOUND',
      token: () => signed(goodClaims, { ...jwsHeader, kid: '1' }),
      twinPolicy: published(['RS256', 'HS256'], { ...rsa, kid: '1' }),
    },
    {
      what: 'a JWK without alg that would serve one not pinned',
      source: 'CVE-2026-22817, CVE-2026-22818',
      policy: published(['RS512'], { ...rsa, kid: '1' }),
      code: 'SB_ALG_NOT_ALLOWED',
      twinPolicy: published(['RS256'], { ...rsa, kid: '1' }),
    },
    ...(
      [
        ['use enc, for a signature', { ...rsa, use: 'enc' }, { alg: 'RS256' }],
        ['use sig, for encryption', { ...rsa, use: 'sig' }, { alg: 'RSA-OAEP' }],
        ['an invalid use', { ...rsa, use: 'both' }, { alg: 'RS256' }],
        ['key_ops encrypt, for a signature', { ...rsa, key_ops: ['encrypt'] }, { alg: 'RS256' }],
        ['key_ops sign on a public key', { ...rsa, key_ops: ['sign'] }, { alg: 'RS256' }],
        ['key_ops empty', { ...rsa, key_ops: [] }, { alg: 'RS256' }],
        ['key_ops doubled', { ...rsa, key_ops: ['verify', 'verify'] }, { alg: 'RS256' }],
        ['key_ops of text', { ...rsa, key_ops: untyped('verify') }, { alg: 'RS256' }],
        ['key_ops with null', { ...rsa, key_ops: untyped(['verify', null]) }, { alg: 'RS256' }],
        ['key_ops in an object', { ...rsa, key_ops: untyped({ 0: 'verify', length: 1 }) }, { alg: 'RS256' }],
        [
          'key_ops wrapKey on a private key',
          { ...privateJwk('rsa'), key_ops: ['wrapKey'] },
          { alg: 'RS256' },
        ],
        ['another alg', { ...rsa, alg: 'RS512' }, { alg: 'RS256' }],
        ['alg none', { ...rsa, alg: 'none' }, { alg: 'RS256' }],
        ['alg none, on a secret', { ...secretJwk(), alg: 'none' }, { alg: 'HS256' }],
        ['the alg of its public twin, on a secret', { ...secretJwk(), alg: 'RS256' }, { alg: 'HS256' }],
        [
          'key_ops decrypt, on a secret that signs',
          { ...secretJwk(), key_ops: ['decrypt'] },
          { alg: 'HS256' },
        ],
        ['use enc, on a secret that signs', { ...secretJwk(), use: 'enc' }, { alg: 'HS256' }],
      ] as readonly (readonly [string, JWK, ImportKeyOptions])[]
    ).map(([what, jwk, options]) => ({
      what: `importing a JWK with ${what}`,
      policy: madeOf(jwk, options),
      code: 'TypeError' as const,
      twin: () => signed(),
      twinPolicy: madeOf(jwk.kty === 'oct' ? secretJwk() : rsa, {
        alg: jwk.kty === 'oct' ? 'HS256' : 'RS256',
      }),
    })),
    {
      what: 'use that only the call contradicts',
      policy: madeOf(rsa, { alg: 'RS256', use: 'enc' }),
      code: 'TypeError',
      twin: () => signed(),
      twinPolicy: madeOf(rsa, { alg: 'RS256', use: 'sig' }),
    },
  ],
)

const onCurve = (name: string, alg: ImportKeyOptions['alg'], change: object = {}): Policy =>
  madeOf({ ...publicJwk(name), ...change }, { alg })
const flip = (text: unknown): string => {
  const bytes = Buffer.from(String(text), 'base64url')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  return bytes.toString('base64url')
}
const p256 = publicJwk('ec-P-256')

/** RFC 7518 §3.1, §6.2, RFC 8037 §2 */
export const wrongCurves: Family = family(
  'keys of another type or curve, and points that are on none',
  {
    source: 'CVE-2022-23539, RFC 8725 §3.4',
    code: 'TypeError',
    token: () => signedWith('ES256'),
    twin: () => signedWith('ES256'),
    twinPolicy: ES256,
  },
  [
    { what: 'P-384 for ES256', policy: onCurve('ec-P-384', 'ES256') },
    { what: 'P-521 for ES256', policy: onCurve('ec-P-521', 'ES256') },
    { what: 'P-256 for ES384', policy: onCurve('ec-P-256', 'ES384') },
    { what: 'P-256 for ES512', policy: onCurve('ec-P-256', 'ES512') },
    { what: 'P-256 for EdDSA', policy: onCurve('ec-P-256', 'EdDSA') },
    { what: 'P-256 for RS256', policy: onCurve('ec-P-256', 'RS256') },
    { what: 'P-256 for HS256', policy: onCurve('ec-P-256', 'HS256') },
    { what: 'Ed25519 for ES256', policy: onCurve('ed25519', 'ES256') },
    { what: 'Ed25519 for ECDH-ES', policy: onCurve('ed25519', 'ECDH-ES') },
    { what: 'X25519 for EdDSA', policy: onCurve('x25519', 'EdDSA') },
    { what: 'RSA for ES256', policy: madeOf(rsa, { alg: 'ES256' }) },
    { what: 'RSA for HS256', policy: madeOf(rsa, { alg: 'HS256' }) },
    {
      what: 'an RSA key for PSS alone, for RS256',
      policy: async () => importKey(pem('rsa-pss.pkcs8'), { alg: 'RS256' }).then(HS256),
    },
    { what: 'a secret for RS256', policy: madeOf(secretJwk(256), { alg: 'RS256' }) },
    { what: 'a secret for ES256', policy: madeOf(secretJwk(), { alg: 'ES256' }) },
    {
      what: 'secp256k1 for ES256',
      policy: async () => importKey(pem('secp256k1.pkcs8'), { alg: 'ES256' }).then(HS256),
    },
    { what: 'a key that lies about its curve', policy: onCurve('ec-P-256', 'ES384', { crv: 'P-384' }) },
    { what: 'a key that lies about its type', policy: onCurve('ec-P-256', 'ES256', { kty: 'OKP' }) },
    { what: 'an invalid curve', policy: onCurve('ec-P-256', 'ES256', { crv: 'P-257' }) },
    { what: 'no y', policy: onCurve('ec-P-256', 'ES256', { y: undefined }) },
    { what: 'a point off the curve', policy: onCurve('ec-P-256', 'ES256', { y: flip(p256.y) }) },
    {
      what: 'a point off the curve, for ECDH-ES',
      policy: onCurve('ec-P-256', 'ECDH-ES', { y: flip(p256.y) }),
    },
    {
      what: 'the point (0, 0)',
      policy: onCurve('ec-P-256', 'ES256', {
        x: Buffer.alloc(32).toString('base64url'),
        y: Buffer.alloc(32).toString('base64url'),
      }),
    },
    {
      what: 'coordinates beyond the field',
      policy: onCurve('ec-P-256', 'ES256', { x: Buffer.alloc(32, 0xff).toString('base64url') }),
    },
    {
      what: 'a coordinate of 31 bytes',
      policy: onCurve('ec-P-256', 'ES256', { x: Buffer.alloc(31, 1).toString('base64url') }),
    },
    {
      what: 'a coordinate of 33 bytes',
      policy: onCurve('ec-P-256', 'ES256', { x: Buffer.alloc(33, 1).toString('base64url') }),
    },
    {
      what: 'halves of two pairs',
      policy: madeOf(
        { ...privateJwk('ec-P-256'), d: Buffer.alloc(32, 1).toString('base64url') },
        { alg: 'ES256' },
      ),
    },
  ],
)

export const otherAlgorithms: Family = family(
  'a token of another algorithm of the family',
  { source: 'RFC 8725 §3.1', code: 'SB_ALG_NOT_ALLOWED', policy: RS256, twin: () => signedWith('RS256') },
  [
    { what: 'RS512', token: () => signedWith('RS512') },
    { what: 'PS256', token: () => signedWith('PS256') },
    { what: 'ES256', token: () => signedWith('ES256') },
    { what: 'EdDSA', token: () => signedWith('EdDSA') },
    ...[
      'rs256',
      'RS256 ',
      ' RS256',
      'RS256\n',
      'RS256\0',
      '\ufeffRS256',
      'RS256,HS256',
      'RS256;none',
      '\uff32\uff33256',
      'RS-256',
      'SHA256withRSA',
      'RSA256',
      'ES256K',
      'Ed448',
      'HS256/64',
      'constructor',
      'toString',
      '__proto__',
    ].map((alg) => ({
      what: JSON.stringify(alg),
      token: () => signedWith('RS256', goodClaims, { alg, typ: 'at+jwt' }),
    })),
  ],
)
