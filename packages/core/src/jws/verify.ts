import { engine } from '#crypto'
import { type ProtectedHeader, readProtectedHeader } from '../compact/protected-header.js'
import { checkTokenSize, type JwsSegments, maxTokenSizeOption, splitJws } from '../compact/segments.js'
import {
  isSignatureAlgorithm,
  pinnedAlgorithms,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import type { KeySet, Keys } from '../keys/key.js'
import { keysOption } from '../keys/trusted-keys.js'
import {
  HeaderMemory,
  integrityFailed,
  PreparedPolicies,
  trustedOperation,
} from '../keys/trusted-operation.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'

/** A JWS with a valid signature. Nothing else has been checked. */
export interface VerifiedJws {
  readonly payload: Uint8Array
  readonly protectedHeader: ProtectedHeader
}

/** The same, with the payload still encoded as in the token. */
interface VerifiedSegments {
  readonly payload: string
  readonly protectedHeader: ProtectedHeader
}

/** The result of applying a policy to a protected header: the selected verification key. */
interface Choice {
  readonly protectedHeader: ProtectedHeader
  readonly verify: NonNullable<KeyOperations['verify']>
}

/**
 * Creates the signature verification for one policy. `checkHeader` runs before a key is selected, once for
 * equal headers.
 *
 * @returns A function that throws or rejects with {@link SealbearerError}.
 */
export function jwsVerifier(
  { algorithms, keys }: PinnedSignaturePolicy,
  checkHeader: (header: ProtectedHeader) => void = () => {},
): (token: string) => MaybePromise<VerifiedSegments> {
  const memory = new HeaderMemory<Choice>(keys)
  const pinned: ReadonlySet<string> = algorithms

  const choose = (segment: string): MaybePromise<Choice> => {
    const protectedHeader = readProtectedHeader(segment)
    const { alg, kid } = protectedHeader
    if (!pinned.has(alg)) throw new SealbearerError('SB_ALG_NOT_ALLOWED')
    checkHeader(protectedHeader)
    return chain(
      trustedOperation(keys, { header: { alg, kid }, operation: 'verify', algorithms }),
      (verify) => ({ protectedHeader, verify }),
    )
  }

  return (token) => {
    const segments = splitJws(token)
    const remembered = memory.get(segments.protectedHeader)
    if (remembered !== undefined) return verifySignature(segments, remembered)
    const { generation } = keys
    return chain(choose(segments.protectedHeader), (choice) =>
      chain(verifySignature(segments, choice), (verified) => {
        memory.keep(segments.protectedHeader, choice, generation)
        return verified
      }),
    )
  }
}

function verifySignature(
  segments: JwsSegments,
  { verify, protectedHeader }: Choice,
): MaybePromise<VerifiedSegments> {
  const { signingInput, payload, signature } = segments
  return chainOrRecover(
    () => verify(signingInput, signature),
    (valid) => (valid === true ? { payload, protectedHeader } : integrityFailed()),
    integrityFailed,
  )
}

/** Decodes a payload; a non-canonical encoding is rejected even if it is signed. */
export const payloadBytes = (segment: string): Uint8Array =>
  engine.decodeBase64url(segment) ?? integrityFailed()

const prepared = new PreparedPolicies<ReturnType<typeof jwsVerifier>>()

/** Options of {@link verifyJws}. */
export interface VerifyJwsOptions extends SignaturePolicy {
  /** Maximum token length in characters. @default 16384 */
  readonly maxTokenSize?: number
}

/**
 * Verifies a JWS in Compact Serialization and returns the payload bytes.
 *
 * Checks the signature only: not the issuer, the audience, the lifetime or `typ`. For JSON Web Tokens use
 * `createVerifier`.
 *
 * @throws {SealbearerError} `SB_TOKEN_TOO_LARGE`, `SB_TOKEN_MALFORMED`, `SB_FORM_MISMATCH`, `SB_HEADER_INVALID`,
 * `SB_CRIT_UNSUPPORTED`, `SB_ALG_NOT_ALLOWED`, `SB_KEY_NOT_FOUND`, `SB_KEYS_UNAVAILABLE`, `SB_INTEGRITY_FAILED`
 * @throws {TypeError} for invalid options.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2 RFC 7515 §5.2}
 */
export async function verifyJws(token: string, options: VerifyJwsOptions): Promise<VerifiedJws> {
  checkMembers('verifyJws', options, ['algorithms', 'keys', 'maxTokenSize'])
  const { maxTokenSize, algorithms, keys } = options
  const verify = prepared.get(keys, [algorithms], () =>
    jwsVerifier(signaturePolicy('', { algorithms, keys })),
  )
  checkTokenSize(token, maxTokenSizeOption(maxTokenSize))
  const { payload, protectedHeader } = await verify(token)
  // A copy, because an engine's result can be a view of memory shared with other tokens.
  return { payload: new Uint8Array(payloadBytes(payload)), protectedHeader }
}

/** Which signatures are accepted. */
export interface SignaturePolicy {
  /** The `alg` values accepted; the token can only select one of them. */
  readonly algorithms: readonly SignatureAlgorithm[]
  /** Public keys, or secrets for HMAC. */
  readonly keys: Keys
}

/** A validated signature policy. */
export interface PinnedSignaturePolicy {
  readonly algorithms: ReadonlySet<SignatureAlgorithm>
  readonly keys: KeySet
}

/** Validates a signature policy. @throws {TypeError} */
export function signaturePolicy(option: string, policy: SignaturePolicy): PinnedSignaturePolicy {
  checkMembers(option, policy, ['algorithms', 'keys'])
  const prefix = option === '' ? '' : `${option}.`
  const algorithms = pinnedAlgorithms(
    `${prefix}algorithms`,
    policy.algorithms,
    isSignatureAlgorithm,
    signatureAlgorithms,
  )
  const keys = keysOption(policy.keys, {
    option: `${prefix}keys`,
    operation: 'verify',
    algorithms,
    wayOut: 'pass the public key (or the HMAC secret), imported for one of these algorithms',
  })
  return { algorithms, keys }
}
