import { createHash, createPublicKey } from 'node:crypto'
import { createAuthenticator } from '#core/http/authenticator.js'
import { bearer } from '#core/http/credentials.js'
import { type DpopOptions, dpop } from '#core/http/dpop.js'
import { nodeAuthRequest } from '#core/http/node-request.js'
import { createMemoryStore } from '#core/stores/memory-store.js'
import { type Content, segment } from '#core-test-kit/hand-made.js'
import { hs256Verifier } from '#core-test-kit/hs256.js'
import { audience, goodClaims, now, nowSeconds } from '#core-test-kit/parties.js'
import { pem } from '#core-test-kit/test-keys.js'
import type { Policy, TokenVerifier } from './attack.js'
import { type SigningAlg, signed, signedWith } from './tokens.js'
import { once } from './verifiers.js'

/** What a client sends. */
export interface Sent {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
}

type Options = Partial<DpopOptions> & { readonly confirmation?: 'ignore' }

const verifier = hs256Verifier()

/** A server that requires proofs of bound tokens: it accepts and refuses requests as a verifier does tokens. */
export const guarded = ({ confirmation, ...options }: Options = {}): Policy =>
  once(async (): Promise<TokenVerifier> => {
    const authenticator = createAuthenticator({
      verifier,
      credentials: [
        dpop({ origin: audience, replay: createMemoryStore({ now }), now, ...options }),
        bearer(),
      ],
      ...(confirmation !== undefined && { confirmation }),
    })
    return {
      async verify(sent) {
        const outcome = await authenticator.authenticate(nodeAuthRequest(sent as Sent, true))
        if (!outcome.ok) throw outcome.error
      },
    }
  })

export const proofs: Policy = guarded()

/** SHA-256 in base64url. */
export const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** The members that a thumbprint is made of, in the order of RFC 7638 §3. */
export const thumbprint = ({ crv, e, kty, n, x, y }: Readonly<Record<string, unknown>>): string =>
  hash(JSON.stringify({ crv, e, kty, n, x, y }))

const keyNames = {
  ES256: 'ec-P-256',
  ES384: 'ec-P-384',
  ES512: 'ec-P-521',
  EdDSA: 'ed25519',
  RS256: 'rsa',
  RS512: 'rsa',
  PS256: 'rsa',
} as const satisfies Record<SigningAlg, string>

/** The client's public key for an algorithm. */
export const clientJwk = (alg: SigningAlg = 'ES256'): Readonly<Record<string, unknown>> => ({
  ...createPublicKey(pem(`${keyNames[alg]}.spki`)).export({ format: 'jwk' }),
})

/** An access token that is bound to a key. */
export const boundTo = (jwk: Readonly<Record<string, unknown>>, claims: object = {}): string =>
  signed({ ...goodClaims, cnf: { jkt: thumbprint(jwk) }, ...claims })

/** The client's access token. */
export const accessToken: string = boundTo(clientJwk())

/** Changes to a proof; `undefined` leaves a member out. */
export interface ProofChange {
  readonly alg?: SigningAlg
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** Instead of the header or the claims, as text. */
  readonly headerText?: string
  readonly claimsText?: Content
}

let proofCount = 0

export const proofClaims = (token: string = accessToken): Readonly<Record<string, unknown>> => ({
  jti: `proof ${proofCount++}`,
  htm: 'GET',
  htu: `${audience}/orders`,
  iat: nowSeconds,
  ath: hash(token),
})

export const proofHeader = (alg: SigningAlg = 'ES256'): Readonly<Record<string, unknown>> => ({
  ...{ typ: 'dpop+jwt', alg, jwk: clientJwk(alg) },
})

/** A proof, signed by the client whatever is in it. */
export function proofOf(
  token: string = accessToken,
  { alg = 'ES256', header, claims, headerText, claimsText }: ProofChange = {},
): string {
  return signedWith(
    alg,
    claimsText ?? { ...proofClaims(token), ...claims },
    headerText ?? { ...proofHeader(alg), ...header },
  )
}

interface RequestParts {
  readonly token?: string
  readonly scheme?: string
  readonly method?: string
  readonly url?: string
  /** Names and values of other headers, in turn. */
  readonly more?: readonly string[]
}

/** Under the scheme DPoP. */
export const request = (
  proof: string = proofOf(),
  { token = accessToken, scheme = 'DPoP', method = 'GET', url = '/orders', more = [] }: RequestParts = {},
): Sent => ({
  ...{ method, url },
  rawHeaders: ['Authorization', `${scheme} ${token}`, 'DPoP', proof, ...more],
})

export const good = (): Sent => request()

/** With a proof that the client signs, whatever is in it. */
export const changed = (change: ProofChange) => (): Sent => request(proofOf(accessToken, change))

/** A proof that the client's key did not sign. */
export const unsignedProof = (header: object, signature = ''): string =>
  `${segment({ ...proofHeader(), ...header })}.${segment(proofClaims())}.${signature}`
