import { engine } from '#crypto'
import { type ProtectedHeader, readProtectedHeader } from '../compact/protected-header.js'
import { checkTokenSize, defaultMaxTokenSize, splitJws } from '../compact/segments.js'
import {
  isSignatureAlgorithm,
  pinnedAlgorithms,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import type { KeySet, Keys } from '../keys/key-selection.js'
import { keysOption, trustedOperation } from '../keys/trusted-keys.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, countOption } from '../options.js'

/** Whose signatures are accepted. */
export interface SignaturePolicy {
  /** The `alg` values accepted; the token only ever selects among them. */
  readonly algorithms: readonly SignatureAlgorithm[]
  /** Public keys, or secrets for HMAC. */
  readonly keys: Keys
}

/** A signature policy, checked. */
export interface PinnedSignaturePolicy {
  readonly algorithms: ReadonlySet<SignatureAlgorithm>
  readonly keys: KeySet
}

/** A JWS whose signature is good. Nothing else about it has been checked. */
export interface VerifiedJws {
  readonly payload: Uint8Array
  readonly protectedHeader: ProtectedHeader
}

/** Checks a signature policy. @throws {TypeError} */
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
    wayOut: 'give the public key (or the HMAC secret), imported for one of them',
  })
  return { algorithms, keys }
}

/**
 * Verifies the signature of a JWS in Compact Serialization. `checkHeader` runs before the key is chosen.
 *
 * @throws {SealbearerError}
 */
export function verifyCompactJws(
  token: string,
  policy: PinnedSignaturePolicy,
  checkHeader: (header: ProtectedHeader) => void = () => {},
): MaybePromise<VerifiedJws> {
  const [headerSegment, payloadSegment, signatureSegment] = splitJws(token)
  const protectedHeader = readProtectedHeader(headerSegment)
  const { alg, kid } = protectedHeader
  if (!isSignatureAlgorithm(alg) || !policy.algorithms.has(alg))
    throw new SealbearerError('SB_ALG_NOT_ALLOWED')
  checkHeader(protectedHeader)
  const signature = engine.decodeBase64url(signatureSegment)
  const payload = engine.decodeBase64url(payloadSegment)
  return chain(trustedOperation(policy.keys, { alg, kid }, 'verify'), (verify) => {
    if (signature === undefined || payload === undefined) throw new SealbearerError('SB_INTEGRITY_FAILED')
    return chainOrRecover(
      () => verify(`${headerSegment}.${payloadSegment}`, signature),
      (valid) => {
        if (!valid) throw new SealbearerError('SB_INTEGRITY_FAILED')
        return { payload, protectedHeader }
      },
      () => {
        throw new SealbearerError('SB_INTEGRITY_FAILED')
      },
    )
  })
}

/** What {@link verifyJws} is told beside the token. */
export interface VerifyJwsOptions extends SignaturePolicy {
  /** Characters of the longest token that is looked at. @default 16384 */
  readonly maxTokenSize?: number
}

/**
 * Verifies a JWS in Compact Serialization and gives its octets.
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
  const { maxTokenSize = defaultMaxTokenSize, algorithms, keys } = options
  const policy = signaturePolicy('', { algorithms, keys })
  checkTokenSize(token, countOption('maxTokenSize', maxTokenSize, 1))
  return verifyCompactJws(token, policy)
}
