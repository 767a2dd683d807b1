import { createIssuer, createVerifier, type Issuer, type Verifier } from '@sealbearer/core'
import { clock } from '../../clock.js'
import type { Conformance } from '../../conformance.js'
import { audience, issuer } from '../../parties.js'
import { goodToken } from '../../request-headers.js'
import { claimsOf } from '../../tokens/claims.js'

/** What a failing call is given: keys, a token, and what must not be quoted. */
export interface Material {
  readonly keys: Conformance['tokens']['keys']
  /** The good signed token, and the same claims in an encrypted token. */
  readonly token: string
  readonly encryption: string
  /** PKCS#8 of the signing key. */
  readonly pem: string
  readonly privateJwk: Readonly<Record<string, unknown>>
  /** A text secret. */
  readonly text: string
}

/** A call that fails. @returns What it says beside its error, where it says anything. */
export type Failure = (material: Material) => unknown

export async function materialOf({ tokens }: Conformance, text: string): Promise<Material> {
  const { keys } = tokens
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.signing.privateKey)).toString(
    'base64',
  )
  const body = pkcs8.replaceAll(/.{64}/g, '$&\n')
  return {
    keys,
    token: await goodToken(tokens),
    encryption: await tokens.wrapped(),
    pem: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
    privateJwk: { ...(await crypto.subtle.exportKey('jwk', keys.signing.privateKey)) },
    text,
  }
}

const party = { issuer, audience, typ: 'at+jwt', now: clock } as const
export const issuerWith = ({ keys }: Material, options: object = {}): Issuer =>
  createIssuer({
    ...party,
    lifetime: '15m',
    signature: { algorithm: 'ES256', keys: keys.signing.key },
    ...options,
  })
export const verifierWith = ({ keys }: Material, options: object = {}): Verifier =>
  createVerifier({ ...party, signature: { algorithms: ['ES256'], keys: keys.signing.key }, ...options })

/** What a signed token would show. */
export const secretClaims: Readonly<Record<'sub' | 'email', string>> = {
  sub: String(claimsOf()['sub']),
  email: String(claimsOf()['email']),
}
