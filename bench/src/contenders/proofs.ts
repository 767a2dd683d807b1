import { createPublicKey, verify } from 'node:crypto'
import { createAuthenticator, createVerifier, dpop } from '@sealbearer/core'
import { nodeAuthRequest } from '@sealbearer/core/adapter'
import { auth } from 'express-oauth2-jwt-bearer'
import { customFetch, validateJwtAccessToken } from 'oauth4webapi'
import { lifetime } from '../material/claims.js'
import { parties } from '../material/parties.js'
import { type ProofItem, proofTarget, received } from '../material/proofs.js'
import { type SignatureKey, verifyingJwk } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { itemAt, prepared } from '../measure/per-item.js'
import { derSignature } from './raw/der.js'
import { rawVerify } from './raw/verify.js'
import { verifierOptions } from './sealbearer.js'

const { issuer, audience } = parties
const { method, path } = proofTarget
const { host } = new URL(audience)

const keyOf = ({ jwk }: ProofItem): SignatureKey<'ES256'> => {
  const verifying = createPublicKey({ key: jwk, format: 'jwk' })
  return { alg: 'ES256', kid: '', signing: verifying, verifying }
}

/** The proof's signature under a key that is there already. */
export const rawProof: Contender<ProofItem> = prepared('raw', 'raw', (item) =>
  rawVerify(keyOf(item))(item.proof),
)

/** The same, and the import of the key before it. */
export const rawNewKey: Contender<ProofItem> = prepared('raw', 'raw', ({ jwk, proof }) => {
  const end = proof.lastIndexOf('.')
  const input = Buffer.from(proof.slice(0, end))
  const signature = derSignature(Buffer.from(proof.slice(end + 1), 'base64url'))
  return () => {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    if (!verify('sha256', input, key, signature)) throw new Error('the signature is wrong')
  }
})

/** A whole decision about a request, with a replay check that every contender is without. */
export async function ourProofs(key: SignatureKey): Promise<Contender<ProofItem>> {
  const authenticator = createAuthenticator({
    verifier: createVerifier(await verifierOptions(key, undefined, 'default')),
    credentials: [dpop({ origin: audience, replay: { claim: async () => true }, maxAge: lifetime })],
  })
  return {
    name: 'sealbearer',
    role: 'ours',
    bind: (items) => {
      // Not with a spread, which on Node 20 gives each request a hidden class of its own.
      const requests = items.map(({ token, proof }) => ({
        method,
        url: path,
        rawHeaders: ['Host', host, 'Authorization', received(`DPoP ${token}`), 'DPoP', received(proof)],
      }))
      return async (index) => {
        const outcome = await authenticator.authenticate(nodeAuthRequest(itemAt(requests, index), true))
        return outcome.ok ? outcome.auth.claims : outcome.error.code
      }
    },
  }
}

/** Behind the members of a request that it reads. Nothing is remembered of tokens, keys or proofs. */
export function expressOauth2JwtBearerProofs(key: SignatureKey<'HS256'>): Contender<ProofItem> {
  const middleware = auth({
    ...{ issuer, audience, secret: key.verifying.export().toString(), tokenSigningAlg: 'HS256' },
    dpop: { enabled: true, required: true, iatOffset: lifetime },
  })
  return {
    name: 'express-oauth2-jwt-bearer',
    role: 'peer',
    bind: (items) => {
      const requests = items.map(({ token, proof }) => {
        const headers = { host, authorization: received(`DPoP ${token}`), dpop: received(proof) }
        return {
          method,
          url: path,
          originalUrl: path,
          protocol: 'https',
          headers,
          query: {},
          get: (name: string) => (name === 'Host' ? host : undefined),
          is: () => false,
        }
      })
      return async (index) => {
        const request = { ...itemAt(requests, index) }
        let refusal: unknown
        // It reads no other members.
        await middleware(request as never, {} as never, (error?: unknown) => {
          refusal = error
        })
        return refusal === undefined ? request : 'refused'
      }
    },
  }
}

/** Verifies the signature of the access token each time too: it knows no HMAC. */
export function oauth4webapiProofs(key: SignatureKey<'ES256'>): Contender<ProofItem> {
  const server = { issuer, jwks_uri: `${issuer}/jwks` }
  const options = { [customFetch]: async () => Response.json({ keys: [verifyingJwk(key)] }) }
  return {
    name: 'oauth4webapi',
    role: 'peer',
    bind: (items) => {
      const requests = items.map(
        ({ token, proof }) =>
          new Request(audience + path, { method, headers: { authorization: `DPoP ${token}`, dpop: proof } }),
      )
      return (index) =>
        validateJwtAccessToken(server, itemAt(requests, index), audience, options).catch(() => 'refused')
    },
  }
}
