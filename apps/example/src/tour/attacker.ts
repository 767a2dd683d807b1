import type { TokenForm } from '@sealbearer/core'
import {
  CompactEncrypt,
  exportSPKI,
  generateKeyPair,
  generateSecret,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { parties } from '../parties.js'

/** The tokens of an attacker, who has only our public keys. */
export interface AttackersTokens {
  /** Created with our public keys. */
  readonly byPublicKey: Readonly<Record<TokenForm, string>>
  /** Created with the attacker's own keys, with our key IDs. */
  readonly byOwnKey: Readonly<Record<TokenForm, string>>
  /** Unsigned. */
  readonly unsigned: Readonly<Record<'signed' | 'nested', string>>
}

/** Forges tokens with the published keys and the attacker's own. */
export async function createAttackersTokens(jwks: JSONWebKeySet): Promise<AttackersTokens> {
  const signedKey = findJwk(jwks, 'ES256')
  const nestedKey = findJwk(jwks, 'Ed25519')
  const seal = await sealerTo(findJwk(jwks, 'RSA-OAEP-256'))
  const claims = claimsOfAnAdmin()
  const content = JSON.stringify(claims)
  const unsigned = `${toSegment({ alg: 'none', typ: parties.typ })}.${toSegment(claims)}.`

  const [es256, ed25519] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('Ed25519')])
  const inner = await sign(claims, { ...nestedKey, alg: 'Ed25519' }, ed25519.privateKey)
  return {
    byPublicKey: {
      signed: await sign(claims, { ...signedKey, alg: 'HS256' }, await publicKeyAsSecret(signedKey)),
      encrypted: await seal(content, { typ: parties.typ }),
      nested: await seal(content, { cty: 'JWT' }),
    },
    byOwnKey: {
      signed: await sign(claims, { ...signedKey, alg: 'ES256' }, es256.privateKey),
      encrypted: await encryptUnderOwnSecret(content),
      nested: await seal(inner, { cty: 'JWT' }),
    },
    unsigned: { signed: unsigned, nested: await seal(unsigned, { cty: 'JWT' }) },
  }
}

function findJwk({ keys }: JSONWebKeySet, alg: string): JWK & { kid: string } {
  const found = keys.find((jwk) => jwk.alg === alg)
  if (found?.kid === undefined) throw new Error(`no key for ${alg} with an ID is published`)
  return { ...found, kid: found.kid }
}

function claimsOfAnAdmin(): JWTPayload {
  const seconds = Math.floor(Date.now() / 1000)
  return {
    iss: parties.issuer,
    aud: parties.audience,
    sub: 'mallory',
    roles: ['admin'],
    scope: 'orders:read orders:write',
    iat: seconds,
    exp: seconds + 600,
  }
}

const encoder = new TextEncoder()

const toSegment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const sign = (
  claims: JWTPayload,
  { alg, kid }: { readonly alg: string; readonly kid: string },
  key: CryptoKey | Uint8Array,
): Promise<string> => new SignJWT(claims).setProtectedHeader({ alg, kid, typ: parties.typ }).sign(key)

/** A verifier that took the `alg` from the token would check an HMAC with the public key's text. */
async function publicKeyAsSecret(jwk: JWK): Promise<Uint8Array> {
  const key = await importJWK(jwk, 'ES256', { extractable: true })
  if (key instanceof Uint8Array) throw new Error('the published key is a secret')
  return encoder.encode(await exportSPKI(key))
}

type Seal = (content: string, header: { readonly cty?: string; readonly typ?: string }) => Promise<string>

/** Anyone can encrypt to a public key. */
async function sealerTo(recipient: JWK & { kid: string }): Promise<Seal> {
  const key = await importJWK(recipient)
  return (content, header) =>
    new CompactEncrypt(encoder.encode(content))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: recipient.kid, ...header })
      .encrypt(key)
}

async function encryptUnderOwnSecret(content: string): Promise<string> {
  return new CompactEncrypt(encoder.encode(content))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'shared-1', typ: parties.typ })
    .encrypt(await generateSecret('A256GCM'))
}
