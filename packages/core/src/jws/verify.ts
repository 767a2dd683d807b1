import { engine } from '#crypto'
import { type ProtectedHeader, readProtectedHeader } from '../compact/protected-header.js'
import { checkTokenSize, type JwsSegments, maxTokenSizeOption, splitJws } from '../compact/segments.js'
import { isSignatureAlgorithm } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { integrityFailed } from '../crypto/integrity.js'
import { SealbearerError } from '../errors.js'
import { HeaderMemory } from '../keys/header-memory.js'
import { PreparedPolicies } from '../keys/prepared-policies.js'
import { trustedOperation } from '../keys/trusted-operation.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import { type PinnedSignaturePolicy, type SignaturePolicy, signaturePolicy } from './policy.js'

/** A JWS whose signature is good. Nothing else about it has been checked. */
export interface VerifiedJws {
  readonly payload: Uint8Array
  readonly protectedHeader: ProtectedHeader
}

/** The same, with the payload as it stands in the token. */
interface VerifiedSegments {
  readonly payload: string
  readonly protectedHeader: ProtectedHeader
}

/** What a policy made of a protected header: the key that verifies the token is chosen. */
interface Choice {
  readonly protectedHeader: ProtectedHeader
  readonly verify: NonNullable<KeyOperations['verify']>
}

/**
 * Makes the verification of signatures under one policy. `checkHeader` runs before a key is chosen, once for
 * equal headers.
 *
 * @returns A function that throws or rejects with {@link SealbearerError}.
 */
export function jwsVerifier(
  { algorithms, keys }: PinnedSignaturePolicy,
  checkHeader: (header: ProtectedHeader) => void = () => {},
): (token: string) => MaybePromise<VerifiedSegments> {
  const memory = new HeaderMemory<Choice>(keys)

  const choose = (segment: string): MaybePromise<Choice> => {
    const protectedHeader = readProtectedHeader(segment)
    const { alg, kid } = protectedHeader
    if (!isSignatureAlgorithm(alg) || !algorithms.has(alg)) throw new SealbearerError('SB_ALG_NOT_ALLOWED')
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

/** Decodes a payload; a signature over a spelling that is not canonical counts for nothing. */
export const payloadBytes = (segment: string): Uint8Array =>
  engine.decodeBase64url(segment) ?? integrityFailed()

const prepared = new PreparedPolicies<ReturnType<typeof jwsVerifier>>()

/** What {@link verifyJws} is told beside the token. */
export interface VerifyJwsOptions extends SignaturePolicy {
  /** Characters of the longest token that is looked at. @default 16384 */
  readonly maxTokenSize?: number
}

/**
 * Verifies a JWS in Compact Serialization and gives its bytes.
 *
 * Checks the signature and nothing else: not who issued it, for whom, when, or what `typ` it has. For JSON
 * Web Tokens use `createVerifier`.
 *
 * @throws {SealbearerError} `SB_TOKEN_TOO_LARGE`, `SB_TOKEN_MALFORMED`, `SB_FORM_MISMATCH`, `SB_HEADER_INVALID`,
 * `SB_CRIT_UNSUPPORTED`, `SB_ALG_NOT_ALLOWED`, `SB_KEY_NOT_FOUND`, `SB_KEYS_UNAVAILABLE`, `SB_INTEGRITY_FAILED`
 * @throws {TypeError} for bad options.
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
  // A copy, because what an engine gives can be a part of memory that other tokens use.
  return { payload: new Uint8Array(payloadBytes(payload)), protectedHeader }
}
