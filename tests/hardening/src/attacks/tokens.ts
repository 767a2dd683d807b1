import { createECDH, createPublicKey, type SignPrivateKeyInput, sign } from 'node:crypto'
import { type Content, handSeal, handSign, segment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { bytes, pem } from '#core-test-kit/test-keys.js'
import { handOaep, handPss } from '../testing/hand-padded.js'
import { handDerive } from '../testing/hand-wrapped.js'

/** Secrets that the verifiers know, and one that they don't. */
export const signingSecret: Uint8Array = bytes(32)
export const sealingSecret: Uint8Array = bytes(32, 100)
export const attackersSecret: Uint8Array = bytes(32, 9)

export const jwsHeader = { alg: 'HS256', typ: 'at+jwt' }
export const jweHeader = { alg: 'dir', enc: 'A256GCM', typ: 'at+jwt' }
export const nestedHeader = { alg: 'dir', enc: 'A256GCM', cty: 'JWT' }

/** A token that the holder of the secret signed, whatever is in it. */
export const signed = (claims: Content = goodClaims, header: Content = jwsHeader): string =>
  handSign(header, claims, signingSecret)

/** Claims, whatever they are, that the holder of the secret sealed. */
export const sealed = (claims: Content = goodClaims, header: Content = jweHeader): string =>
  handSeal(header, claims, sealingSecret)

/** The same around a signed token. */
export const nested = (inner: Content = signed(), header: Content = nestedHeader): string =>
  handSeal(header, inner, sealingSecret)

/** The same with the signed token in a claim. */
export const inClaim = (outer: Content = { token: signed() }, header: object = {}): string =>
  handSeal({ alg: 'dir', enc: 'A256GCM', ...header }, outer, sealingSecret)

export const unsigned = (header: Content, claims: Content = goodClaims, signature = ''): string =>
  `${segment(header)}.${segment(claims)}.${signature}`

/** Claims as JSON with text put in front of the first. */
export const withText = (text: string, value: object = goodClaims): string =>
  JSON.stringify(value).replace('{', `{${text},`)

export const without = (name: string, value: object = goodClaims): object =>
  Object.fromEntries(Object.entries(value).filter(([member]) => member !== name))

type EcdsaAlg = 'ES256' | 'ES384' | 'ES512'
export type SigningAlg = 'RS256' | 'RS512' | 'PS256' | EcdsaAlg | 'EdDSA'

type Signer = (input: string) => Buffer

/** With the key as PEM, which is all that some runtimes take beside options. */
const signer =
  (hash: string | null, keyName: string, options: Partial<SignPrivateKeyInput> = {}): Signer =>
  (input) =>
    sign(hash, Buffer.from(input), { key: pem(`${keyName}.pkcs8`), ...options })

const raw: Partial<SignPrivateKeyInput> = { dsaEncoding: 'ieee-p1363' }
const signers: Readonly<Record<SigningAlg, Signer>> = {
  RS256: signer('sha256', 'rsa'),
  RS512: signer('sha512', 'rsa'),
  PS256: (input) => handPss(input, 'rsa'),
  ES256: signer('sha256', 'ec-P-256', raw),
  ES384: signer('sha384', 'ec-P-384', raw),
  ES512: signer('sha512', 'ec-P-521', raw),
  EdDSA: signer(null, 'ed25519'),
}

/** A token signed with the issuer's private key, under any header. */
export function signedWith(
  alg: SigningAlg,
  claims: Content = goodClaims,
  header: Content = { alg, typ: 'at+jwt' },
): string {
  const input = `${segment(header)}.${segment(claims)}`
  return `${input}.${segment(signers[alg](input))}`
}

/** The signature alone, in DER, as node:crypto and OpenSSL write it. */
export const derSignature: Readonly<Record<EcdsaAlg, Signer>> = {
  ES256: signer('sha256', 'ec-P-256'),
  ES384: signer('sha384', 'ec-P-384'),
  ES512: signer('sha512', 'ec-P-521'),
}

/** Anyone can seal to a public RSA key, under a CEK of any length. */
export const sealedToRsa = (
  content: Content,
  header: object = { cty: 'JWT' },
  cek: Uint8Array = bytes(32, 50),
  contentKey: Uint8Array = cek,
): string =>
  handSeal({ alg: 'RSA-OAEP-256', enc: 'A256GCM', ...header }, content, contentKey, {
    encryptedKey: handOaep(cek, 'rsa'),
  })

/** The same to a public key on P-256. */
export function sealedToP256(
  content: Content,
  header: object = { cty: 'JWT' },
  epkMembers: object = {},
): string {
  const ephemeral = createECDH('prime256v1')
  const point = ephemeral.generateKeys()
  const { x = '', y = '' } = createPublicKey(pem('ec-P-256.spki')).export({ format: 'jwk' })
  const recipient = [x, y].map((text) => Buffer.from(text, 'base64url'))
  const secret = ephemeral.computeSecret(Buffer.concat([Buffer.from([4]), ...recipient]))
  const epk = {
    kty: 'EC',
    crv: 'P-256',
    x: segment(point.subarray(1, 33)),
    y: segment(point.subarray(33)),
    ...epkMembers,
  }
  return handSeal(
    { alg: 'ECDH-ES', enc: 'A256GCM', epk, ...header },
    content,
    handDerive(secret, 'A256GCM', 32),
  )
}

/** What someone seals who knows the secret that an `epk` of their choice leads to. */
export const sealedWithKnownSecret = (epk: unknown, secret: Uint8Array = new Uint8Array(32)): string =>
  handSeal({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT', epk }, signed(), handDerive(secret, 'A256GCM', 32))
