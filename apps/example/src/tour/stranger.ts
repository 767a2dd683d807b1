import type { TokenForm } from '@sealbearer/core'
import {
  CompactEncrypt,
  exportSPKI,
  generateKeyPair,
  generateSecret,
  importJWK,
  type JWK,
  SignJWT,
} from 'jose'
import { parties } from '../policy.js'

/** What a stranger sends: made with tools of their own, and with nothing of ours but what we publish. */
export interface StrangersTokens {
  /** Made with our public keys, as if having them proved anything. */
  readonly byPublicKey: Readonly<Record<TokenForm, string>>
  /** Made with keys of their own, under the IDs of ours. */
  readonly byOwnKey: Readonly<Record<TokenForm, string>>
  /** Signed by nobody. */
  readonly unsigned: Readonly<Record<'signed' | 'nested', string>>
}

const octets = new TextEncoder()

const toSegment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Goes through the published keys and makes of them what can be made. */
export async function createStrangersTokens(jwks: unknown): Promise<StrangersTokens> {
  const ours = {
    es256: findJwk(jwks, 'ES256'),
    ed25519: findJwk(jwks, 'Ed25519'),
    rsa: findJwk(jwks, 'RSA-OAEP-256'),
  }
  const seconds = Math.floor(Date.now() / 1000)
  const claims = {
    iss: parties.issuer,
    aud: parties.audience,
    sub: 'mallory',
    roles: ['admin'],
    scope: 'orders:read orders:write',
    iat: seconds,
    exp: seconds + 600,
  }
  const sign = (alg: string, kid: string | undefined, key: CryptoKey | Uint8Array): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg, typ: parties.typ, ...(kid && { kid }) }).sign(key)

  const recipient = await importJWK(ours.rsa, 'RSA-OAEP-256')
  const seal = (content: string, header: { cty?: string; typ?: string }): Promise<string> =>
    new CompactEncrypt(octets.encode(content))
      .setProtectedHeader({
        alg: 'RSA-OAEP-256',
        enc: 'A256GCM',
        ...(ours.rsa.kid && { kid: ours.rsa.kid }),
        ...header,
      })
      .encrypt(recipient)

  const publicKey = await importJWK({ ...ours.es256, ext: true }, 'ES256', { extractable: true })
  if (publicKey instanceof Uint8Array) throw new Error('ES256 is no secret')
  const [es256, ed25519, secret] = await Promise.all([
    generateKeyPair('ES256'),
    generateKeyPair('Ed25519'),
    generateSecret('A256GCM', { extractable: true }),
  ])
  const unsigned = `${toSegment({ alg: 'none', typ: parties.typ })}.${toSegment(claims)}.`
  return {
    byPublicKey: {
      signed: await sign('HS256', ours.es256.kid, octets.encode(await exportSPKI(publicKey))),
      encrypted: await seal(JSON.stringify(claims), { typ: parties.typ }),
      nested: await seal(JSON.stringify(claims), { cty: 'JWT' }),
    },
    byOwnKey: {
      signed: await sign('ES256', ours.es256.kid, es256.privateKey),
      encrypted: await new CompactEncrypt(octets.encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'shared-1', typ: parties.typ })
        .encrypt(secret),
      nested: await seal(await sign('Ed25519', ours.ed25519.kid, ed25519.privateKey), { cty: 'JWT' }),
    },
    unsigned: { signed: unsigned, nested: await seal(unsigned, { cty: 'JWT' }) },
  }
}

function findJwk(jwks: unknown, alg: string): JWK {
  // The stranger trusts what the token service publishes to be a JWK Set; with anything else the tour ends here.
  const found = (jwks as { keys: JWK[] }).keys.find((jwk) => jwk.alg === alg)
  if (found === undefined) throw new Error(`the token service publishes no key for ${alg}`)
  return found
}
