import { createPublicKey } from 'node:crypto'
import { deriveKey } from '#core/keys/derive.js'
import { importKey } from '#core/keys/import.js'
import { createKeySet } from '#core/keys/key-set.js'
import { importSecret } from '#core/keys/secret.js'
import { handSign, segment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { bytes, pem } from '#core-test-kit/test-keys.js'
import { type Attack, type Family, family, type Policy } from './attack.js'
import { barePublicEncodings, publicEncodings } from './public-encodings.js'
import { jwsHeader } from './tokens.js'
import { verifier } from './verifiers.js'

const alg = 'HS256'

type Make = (secret: Uint8Array) => unknown

const bytesToKey: Make = (secret) => importKey(Uint8Array.from(secret), { alg })
const textToKey: Make = (secret) => importSecret(Buffer.from(secret).toString(), { alg, encoding: 'utf8' })

/** Other ways in which bytes become a secret. */
const ways: Readonly<Record<string, Make>> = {
  'secretKey, as base64url': (secret) => importSecret(segment(secret), { alg, encoding: 'base64url' }),
  'importKey, as a JWK': (secret) => importKey({ kty: 'oct', k: segment(secret) }, { alg }),
  'keySet, as a JWK': (secret) => createKeySet({ keys: [{ kty: 'oct', k: segment(secret), alg }] }),
  'deriveKey, as bytes': (secret) => deriveKey(secret, { alg, info: 'tokens' }),
}

const isText = (secret: Uint8Array): boolean => Buffer.from(Buffer.from(secret).toString()).equals(secret)
const made =
  (make: Make, secret: Uint8Array): Policy =>
  async () => {
    await make(secret)
    return verifier({ signature: { algorithms: [alg], keys: await importKey(bytes(32), { alg }) } })
  }

const row = (how: string, make: Make, name: string, secret: Uint8Array): Omit<Attack, 'source'> => ({
  what: `${how}: ${name}`,
  policy: made(make, secret),
  code: 'TypeError',
  token: () => handSign(jwsHeader, goodClaims, secret),
  // As many bytes, of no meaning.
  twinPolicy: made(
    make,
    bytes(secret.length).map((byte) => byte & 0x3f),
  ),
  twin: () => handSign(jwsHeader, goodClaims, bytes(32)),
})

const otherKeys: readonly (readonly [name: string, secret: Uint8Array])[] = [
  'ec-P-256',
  'ec-P-384',
  'ec-P-521',
  'ed25519',
  'x25519',
].flatMap((name) => {
  const key = createPublicKey(pem(`${name}.spki`))
  return [
    [`${name} as DER`, key.export({ type: 'spki', format: 'der' })] as const,
    [`${name} as a JWK`, Buffer.from(JSON.stringify(key.export({ format: 'jwk' })))] as const,
  ]
})
const otherFormats: readonly (readonly [name: string, secret: Uint8Array])[] = [
  [
    'OpenSSH',
    Buffer.from('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f a@b'),
  ],
  [
    'RFC 4716',
    Buffer.from('---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2E\n---- END SSH2 PUBLIC KEY ----'),
  ],
  ['XML', Buffer.from('<RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>')],
  ['a private key as PEM', Buffer.from(pem('rsa.pkcs8'))],
  ['a private key of SEC 1', Buffer.from(pem('ec-P-256.sec1'))],
]

/** A secret may be any bytes, but not those that spell out a key: others know its public half. */
export const publicKeyAsSecret: Family = family(
  'a public key taken for a secret, when the key is made',
  { source: 'CVE-2023-48223, CVE-2026-34950' },
  [
    ...barePublicEncodings.flatMap(([name, secret]) =>
      Object.entries(ways).map(([how, make]) => row(how, make, name, secret)),
    ),
    ...publicEncodings.flatMap(([name, secret]) => [
      row('importKey', bytesToKey, name, secret),
      ...(isText(secret) ? [row('importSecret', textToKey, name, secret)] : []),
    ]),
    ...[...otherKeys, ...otherFormats].map(([name, secret]) => row('importKey', bytesToKey, name, secret)),
  ],
)
