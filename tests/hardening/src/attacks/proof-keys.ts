import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { segment } from '#core-test-kit/hand-made.js'
import { bytes, pem } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import {
  boundTo,
  clientJwk,
  good,
  proofClaims,
  proofHeader,
  proofOf,
  proofs,
  request,
} from './proof-requests.js'
import { ed25519Points, neutralPoint, shown } from './small-order-points.js'
import type { SigningAlg } from './tokens.js'

type Jwk = Readonly<Record<string, unknown>>

const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
const ec = clientJwk()
const rsa = clientJwk('RS256')
const x = Buffer.from(String(ec['x']), 'base64url')
const weakRsa = { ...createPublicKey(pem('weak-rsa.spki')).export({ format: 'jwk' }) }
const x25519 = { ...createPublicKey(pem('x25519.spki')).export({ format: 'jwk' }) }
const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })
// As PEM, which is all that some runtimes take beside options.
const attackersPem = attacker.privateKey.export({ format: 'pem', type: 'pkcs8' })
const attackersJwk: Jwk = { ...attacker.publicKey.export({ format: 'jwk' }) }

/** With a token that is bound to this very key, and a proof with it in the header. */
const withKey =
  (jwk: Jwk, alg = 'ES256', signature: (input: string) => Uint8Array = () => new Uint8Array(64)) =>
  () => {
    const token = boundTo(jwk)
    const input = `${segment({ ...proofHeader(), alg, jwk })}.${segment(proofClaims(token))}`
    return request(`${input}.${segment(signature(input))}`, { token })
  }

/** With a signature of the client. */
const described = (members: object, alg: SigningAlg = 'ES256') => {
  const token = boundTo(clientJwk(alg))
  return () => request(proofOf(token, { alg, header: { jwk: { ...clientJwk(alg), ...members } } }), { token })
}

const withRsa = (key: string) => (input: string) => sign('sha256', Buffer.from(input), pem(key))

/** With e = 1, the padded hash is its own signature. */
function paddedHash(input: string): Uint8Array {
  const digest = Buffer.concat([
    Buffer.from('3031300d060960864801650304020105000420', 'hex'),
    createHash('sha256').update(input).digest(),
  ])
  const padding = Buffer.alloc(256 - 3 - digest.length, 0xff)
  return Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), digest])
}

const noKeys: readonly (readonly [what: string, jwk: unknown])[] = [
  ['absent', undefined],
  ['null', null],
  ['text', JSON.stringify(ec)],
  ['a list', [ec]],
  ['a set of keys', { keys: [ec] }],
  ['empty', {}],
  ['a key type alone', { kty: 'EC' }],
  ['without kty', { ...ec, kty: undefined }],
  ['without a curve', { ...ec, crv: undefined }],
  ['without y', { ...ec, y: undefined }],
  ['with a number for x', { ...ec, x: 1 }],
  ['of kty __proto__', { ...ec, kty: '__proto__' }],
  ['of kty toString', { ...ec, kty: 'toString' }],
  ['of kty in lower case', { ...ec, kty: 'ec' }],
]

export const proofKeys: Family = family(
  'proofs: keys that are weak, private, or no keys',
  { source: 'RFC 9449 §4.3', policy: proofs, code: 'SB_PROOF_INVALID', twin: good },
  [
    ...noKeys.map(([what, jwk]) => ({
      what: `jwk ${what}`,
      token: () => request(proofOf(undefined, { header: { jwk } })),
    })),
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map((name) => ({
      what: `the private member ${name}`,
      token: described({ [name]: 'AAAA' }),
      twin: described({ [`${name}2`]: 'AAAA' }),
    })),
    {
      what: 'the private member d, empty',
      token: described({ d: '' }),
      twin: described({ D: '' }),
    },
    {
      what: 'the private member d of RSA',
      token: described({ d: 'AAAA' }, 'RS256'),
      twin: described({}, 'RS256'),
    },
    { what: 'a secret', token: withKey({ kty: 'oct', k: segment(bytes(32)) }) },
    { what: 'a secret, for HS256', token: withKey({ kty: 'oct', k: segment(bytes(32)) }, 'HS256') },
    {
      what: 'use: enc',
      source: 'RFC 7517 §4.2',
      token: described({ use: 'enc' }),
      twin: described({ use: 'sig' }),
    },
    {
      what: 'key_ops without verify',
      source: 'RFC 7517 §4.3',
      token: described({ key_ops: ['sign'] }),
      twin: described({ key_ops: ['verify'] }),
    },
    {
      what: 'for another algorithm',
      source: 'RFC 7517 §4.4',
      token: described({ alg: 'ES384' }),
      twin: described({ alg: 'ES256' }),
    },
    {
      what: '1,024 bits of RSA',
      source: 'RFC 7518 §3.3',
      token: withKey(weakRsa, 'RS256', withRsa('weak-rsa.pkcs8')),
      twin: withKey(rsa, 'RS256', withRsa('rsa.pkcs8')),
    },
    {
      what: 'an RSA exponent of 1, under which each message signs itself',
      source: 'RFC 8017 §3.1',
      token: withKey({ ...rsa, e: 'AQ' }, 'RS256', paddedHash),
      twin: withKey(rsa, 'RS256', withRsa('rsa.pkcs8')),
    },
    {
      what: '8,200 bits of RSA, to keep us busy',
      source: 'RFC 8725 §2.7',
      token: withKey({ ...rsa, n: segment(Buffer.alloc(1025, 0xff)) }, 'RS256', () => Buffer.alloc(1025, 1)),
    },
    {
      what: 'an RSA exponent of 33 bits, to keep us busy',
      source: 'RFC 8725 §2.7',
      token: withKey({ ...rsa, e: segment(Buffer.from('01ffffffff', 'hex')) }, 'RS256', () =>
        Buffer.alloc(256, 1),
      ),
    },
    ...ed25519Points.map((point) => ({
      what: `Ed25519 of small order: ${shown(point)}`,
      source: 'RFC 8032 §5.1.7',
      token: withKey({ kty: 'OKP', crv: 'Ed25519', x: base64url(point) }, 'EdDSA', () =>
        Buffer.from(neutralPoint + '00'.repeat(32), 'hex'),
      ),
      twin: described({}, 'EdDSA'),
    })),
    { what: 'X25519 for EdDSA', source: 'RFC 8037 §3', token: withKey(x25519, 'EdDSA') },
    ...(
      [
        ['a point off the curve', { ...ec, y: ec['x'] }],
        ['the point (0, 0)', { ...ec, x: base64url('00'.repeat(32)), y: base64url('00'.repeat(32)) }],
        ['a curve of another size', { ...ec, crv: 'P-384' }],
        ['an unknown curve', { ...ec, crv: 'P-224' }],
        ['a curve in a list', { ...ec, crv: ['P-256'] }],
        ['x with a zero in front', { ...ec, x: segment(Buffer.concat([Buffer.alloc(1), x])) }],
        ['x with padding', { ...ec, x: `${String(ec['x'])}=` }],
      ] as const
    ).map(([what, jwk]) => ({
      what: `EC: ${what}`,
      source: 'RFC 7518 §6.2',
      token: withKey(jwk, 'ES256', (input) =>
        sign('sha256', Buffer.from(input), { key: pem('ec-P-256.pkcs8'), dsaEncoding: 'ieee-p1363' }),
      ),
    })),
    ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'PS256'] as const).map((alg) => ({
      what: `${alg}: the signature of another key of the type`,
      source: 'RFC 9449 §4.3',
      token: () => {
        const token = boundTo(clientJwk(alg))
        const proof = proofOf(token, { alg })
        // A bit of the signature is another key's: no key has it.
        const [header = '', payload = '', signature = ''] = proof.split('.')
        const changed = Buffer.from(signature, 'base64url')
        changed[8] = (changed[8] ?? 0) ^ 1
        return request(`${header}.${payload}.${segment(changed)}`, { token })
      },
      twin: described({}, alg),
    })),
    {
      what: 'an attacker’s signature under the client’s key',
      token: withKey(ec, 'ES256', (input) =>
        sign('sha256', Buffer.from(input), { key: attackersPem, dsaEncoding: 'ieee-p1363' }),
      ),
    },
    {
      what: 'an attacker’s key in the words of the client’s',
      code: 'SB_CONFIRMATION_MISMATCH',
      token: () => request(proofOf(undefined, { header: { jwk: { ...attackersJwk, kid: ec['x'] } } })),
    },
  ],
)
