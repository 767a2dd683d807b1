import type { Keys } from './keys.js'
import type { Change } from './tokens/claims.js'
import { addressed, type EnvelopeChange, sealed, wrapped } from './tokens/encrypted.js'
import { type CarriedChange, carried, type NestedChange, nested } from './tokens/nested.js'
import { boundTo, type ProofChange, proof } from './tokens/proof.js'
import { hmacSigned, type SignedChange, signed } from './tokens/signed.js'

/** Makes the tokens of the cases: without a change the good one, which the policy of its form accepts. */
export interface Tokens {
  readonly keys: Keys
  signed(change?: SignedChange): Promise<string>
  /** A signed token that is bound to a client's key, and `proof` what proves that. */
  bound(claims?: Change, key?: 'client' | 'otherClient'): Promise<string>
  proof(token: string, change: ProofChange): Promise<string>
  /** HS256 under the shared secret. */
  hmac(header?: Change): Promise<string>
  /** HS256 under bytes that are no secret. */
  hmacUnder(bytes: Uint8Array<ArrayBuffer>): Promise<string>
  /** `dir`, A256GCM. */
  sealed(change?: Parameters<typeof sealed>[1]): Promise<string>
  /** A256KW, A256GCM. */
  wrapped(change?: EnvelopeChange): Promise<string>
  /** ES256 inside ECDH-ES or RSA-OAEP-256. */
  nested(change?: NestedChange): Promise<string>
  /** An encrypted token to the holder of a private key, with anything in it. */
  addressed(recipient: Parameters<typeof addressed>[1], change?: EnvelopeChange): Promise<string>
  /** ES256 in the claim `token` of a `dir` encrypted token. */
  carried(change?: CarriedChange): Promise<string>
}

/** Binds the token makers to keys. */
export const createTokens = (keys: Keys): Tokens => ({
  keys,
  signed: (change) => signed(keys, change),
  bound: async (claims, key) => signed(keys, { claims: { cnf: await boundTo(keys, key), ...claims } }),
  proof: (token, change) => proof(keys, token, change),
  hmac: (header) => hmacSigned(keys.hmac.bytes, keys.hmac.kid, header),
  hmacUnder: (bytes) => hmacSigned(bytes, keys.signing.kid),
  sealed: (change) => sealed(keys, change),
  wrapped: (change) => wrapped(keys, change),
  nested: (change) => nested(keys, change),
  addressed: (recipient, change) => addressed(keys, recipient, change),
  carried: (change) => carried(keys, change),
})
