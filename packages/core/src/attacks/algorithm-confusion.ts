import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { importKey } from '../keys/import.js'
import { secretKey } from '../keys/secret.js'
import { handSign, segment } from '../testing/hand-made.js'
import { goodClaims } from '../testing/parties.js'
import { octets, pem, testKey, testPublicKey } from '../testing/test-keys.js'
import { type Attack, type Family, family } from './attack.js'
import { RS256, signedBy, verifier } from './judges.js'
import { jwsHeader, signedWith } from './tokens.js'

const rsa: KeyObject = createPublicKey(pem('rsa.spki'))
const ec: KeyObject = createPublicKey(pem('ec-P-256.spki'))
const der = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })
const jwk = rsa.export({ format: 'jwk' })

/** Every form in which a public key is handed around. */
const encodings: readonly (readonly [name: string, octets: Uint8Array])[] = [
  ['SPKI as DER', der(rsa)],
  ['SPKI as base64', Buffer.from(der(rsa).toString('base64'))],
  ['PKCS#1 as DER', rsa.export({ type: 'pkcs1', format: 'der' })],
  ['the certificate as DER', new X509Certificate(pem('rsa.x509')).raw],
  ['a JWK', Buffer.from(JSON.stringify(jwk))],
  ['a JWK over several lines', Buffer.from(JSON.stringify(jwk, null, 2))],
  ['a JWK Set', Buffer.from(JSON.stringify({ keys: [jwk] }))],
  ['its modulus', Buffer.from(String(jwk.n), 'base64url')],
  ['its modulus as base64url', Buffer.from(String(jwk.n))],
  ['its exponent', Buffer.from(String(jwk.e), 'base64url')],
  ['nothing', new Uint8Array()],
]

const texts = {
  'SPKI as PEM': pem('rsa.spki'),
  'PKCS#1 as PEM': pem('rsa.public-pkcs1'),
  'the certificate as PEM': pem('rsa.x509'),
}

/** What a file, an environment variable or an editor makes of the ends of a text. */
const surroundings: readonly (readonly [name: string, change: (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['without its last end of line', (text) => text.trimEnd()],
  ['with a second end of line', (text) => `${text}\n`],
  ['with Windows ends of line', (text) => text.replaceAll('\n', '\r\n')],
  ['with old Mac ends of line', (text) => text.replaceAll('\n', '\r')],
  ['without ends of line', (text) => text.replaceAll('\n', '')],
  ['with \\n spelt out', (text) => text.replaceAll('\n', '\\n')],
  ['behind an end of line', (text) => `\n${text}`],
  ['behind a space', (text) => ` ${text}`],
  ['behind a tab', (text) => `\t${text}`],
  ['behind a byte order mark', (text) => `\ufeff${text}`],
  ['between spaces', (text) => `  ${text}  `],
  ['in front of a zero octet', (text) => `${text}\0`],
]

const pems = Object.entries(texts).flatMap(([name, text]) =>
  surroundings.map(([how, change]) => [`${name}, ${how}`, change(text)] as const),
)

const forged = (secret: Uint8Array): string => handSign(jwsHeader, goodClaims, secret)

/** Both pinned, as a service does that moves from one to the other. */
const bothPinned = signedBy(['RS256', 'HS256'], () => testPublicKey('RS256'))
const bothKnown = signedBy(['RS256', 'HS256'], async () => [
  await testPublicKey('RS256'),
  await testKey('HS256', { first: 77 }),
])
const source = 'CVE-2023-48223, CVE-2026-34950'

const asSecret = [...pems.map(([name, text]) => [name, Buffer.from(text)] as const), ...encodings].map(
  ([name, secret]): Omit<Attack, 'source'> => ({
    what: `HS256 under the RSA public key: ${name}`,
    policy: bothPinned,
    code: 'SB_KEY_NOT_FOUND',
    token: () => forged(secret),
    twin: () => signedWith('RS256'),
  }),
)

const good = async () => verifier({ signature: { algorithms: ['HS256'], keys: await testKey('HS256') } })
const goodToken = (): string => forged(octets(32))

/** A secret may be any octets; text that is a public key is none. */
const asSecretKey = pems.flatMap(([name, text]): Omit<Attack, 'source'>[] => [
  {
    what: `made a secret by secretKey: ${name}`,
    policy: async () => {
      secretKey(text, { alg: 'HS256', encoding: 'utf8' })
      return good()
    },
    code: 'TypeError',
    token: () => forged(Buffer.from(text)),
    twin: goodToken,
    twinPolicy: good,
  },
  {
    what: `made a secret by importKey, from octets: ${name}`,
    policy: async () => {
      await importKey(new TextEncoder().encode(text), { alg: 'HS256' })
      return good()
    },
    code: 'TypeError',
    token: () => forged(Buffer.from(text)),
    twin: goodToken,
    twinPolicy: good,
  },
])

export const algorithmConfusion: Family = family('HS256 for RS256, under the public key', { source }, [
  ...asSecret,
  ...asSecretKey,
  {
    what: 'HS256 where RS256 alone is pinned',
    policy: RS256,
    code: 'SB_ALG_NOT_ALLOWED',
    token: () => forged(Buffer.from(texts['SPKI as PEM'])),
    twin: () => signedWith('RS256'),
  },
  {
    what: 'HS256 under the public key beside a secret that is another',
    policy: bothKnown,
    code: 'SB_INTEGRITY_FAILED',
    token: () => forged(Buffer.from(texts['SPKI as PEM'])),
    twin: () => signedWith('RS256'),
  },
  {
    what: 'HS256 under the public key of ES256',
    policy: signedBy(['ES256', 'HS256'], () => testPublicKey('ES256')),
    code: 'SB_KEY_NOT_FOUND',
    token: () => forged(der(ec)),
    twin: () => signedWith('ES256'),
  },
  {
    what: 'RS256 with a key for PS256',
    policy: signedBy(['RS256', 'PS256'], () => testPublicKey('PS256')),
    code: 'SB_KEY_NOT_FOUND',
    token: () => signedWith('RS256'),
    twin: () => signedWith('PS256'),
  },
  {
    what: 'the signature of RS256 said to be PS256',
    policy: signedBy(['PS256'], () => testPublicKey('PS256')),
    code: 'SB_INTEGRITY_FAILED',
    token: () => signedWith('RS256', goodClaims, { alg: 'PS256', typ: 'at+jwt' }),
    twin: () => signedWith('PS256'),
  },
  {
    what: 'the signature of RS512 said to be RS256',
    policy: RS256,
    code: 'SB_INTEGRITY_FAILED',
    token: () => signedWith('RS512', goodClaims, { alg: 'RS256', typ: 'at+jwt' }),
    twin: () => signedWith('RS256'),
  },
  {
    what: 'HS256 under an empty secret',
    policy: signedBy(['HS256'], () => testKey('HS256')),
    code: 'SB_INTEGRITY_FAILED',
    token: () => forged(new Uint8Array()),
    twin: goodToken,
  },
  ...['', 'null', 'undefined', '[object Object]', '0'.repeat(32), '\0'.repeat(32)].map(
    (text): Omit<Attack, 'source'> => ({
      what: `HS256 under the text ${JSON.stringify(text)}`,
      policy: signedBy(['HS256'], () => testKey('HS256')),
      code: 'SB_INTEGRITY_FAILED',
      token: () => `${segment(jwsHeader)}.${forged(Buffer.from(text)).split('.').slice(1).join('.')}`,
      twin: goodToken,
    }),
  ),
])
