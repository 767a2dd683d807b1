import {
  isSignatureAlgorithm,
  pinnedAlgorithms,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import type { KeySet, Keys } from '../keys/key.js'
import { keysOption } from '../keys/trusted-keys.js'
import { checkMembers } from '../options.js'

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
