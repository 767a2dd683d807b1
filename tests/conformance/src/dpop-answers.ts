import type { Answer } from './answers.js'
import { realm } from './parties.js'

/** Of the policies with proofs. */
export const proofAlgorithms = ['ES256', 'EdDSA'] as const

/** What the policy `dpopNonce` makes its nonces with. */
export const nonceSecret = 'kV9mZ2xqT4bHn7sYw3cRd8fJp1gLe6uA'

/** HMAC-SHA-256 over the origin and a time, under that secret: at the moment of the cases, and 301 seconds before. */
export const nonces = {
  fresh: 'tro8w0.XaXbJefB2CshgRBujjDHVKjVWI2zJvZNTUHabA04LEw',
  old: 'tro8nn.A6cYoAquG3aX_5qUn62bp379dEwMJY4BT_Hs6rGpv4E',
} as const

const texts = {
  invalid_token: 'The access token is invalid, expired or not meant for this resource',
  invalid_dpop_proof: 'The DPoP proof is missing, invalid or was used before',
  use_dpop_nonce: 'The DPoP proof needs the nonce of this response',
  insufficient_scope: 'The access token does not permit this request',
  insufficient_user_authentication: 'This request needs another authentication of the user',
} as const

type WireError = keyof typeof texts
type SchemeName = 'DPoP' | 'Bearer'

interface Parts {
  readonly error?: WireError
  /** Attributes behind the error. */
  readonly more?: string
  /** Attributes of every challenge, behind the realm. */
  readonly start?: string
  /** Attributes of the other challenges. */
  readonly others?: string
  readonly schemes?: readonly SchemeName[]
  /** The scheme that says why. @default the first */
  readonly failed?: SchemeName
  readonly nonce?: string
}

/** Writes the answer of a policy that has challenges of several schemes. */
export function challenging(status: 401 | 403, parts: Parts): Answer {
  const { error, more = '', start = '', others = '', schemes = ['DPoP', 'Bearer'], nonce } = parts
  const failed = parts.failed ?? schemes[0]
  const said = error === undefined ? '' : `, error="${error}", error_description="${texts[error]}"`
  const challenges = schemes.map((name) => {
    const algs = name === 'DPoP' ? `, algs="${proofAlgorithms.join(' ')}"` : ''
    return `${name} realm="${realm}"${start}${algs}${name === failed ? `${said}${more}` : others}`
  })
  const body =
    error === undefined
      ? { error_description: 'This resource requires an access token' }
      : { error, error_description: texts[error] }
  return {
    status,
    challenge: challenges.join(', '),
    retryAfter: null,
    body: JSON.stringify(body),
    ...(nonce !== undefined && { nonce }),
  }
}
