import {
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
  pinnedAlgorithms,
} from '../crypto/algorithms.js'
import type { KeySet, Keys } from '../keys/key.js'
import { keysOption } from '../keys/trusted-keys.js'

/** Which encrypted tokens are accepted, and the keys that decrypt them. */
export interface DecryptionPolicy<A extends KeyManagementAlgorithm = KeyManagementAlgorithm> {
  /** The `alg` values accepted. */
  readonly keyManagement: readonly A[]
  /** The `enc` values accepted. */
  readonly contentEncryption: readonly ContentEncryptionAlgorithm[]
  /** Private keys, or shared secrets. */
  readonly keys: Keys
}

/** A validated decryption policy. */
export interface PinnedDecryptionPolicy {
  readonly keyManagement: ReadonlySet<KeyManagementAlgorithm>
  readonly contentEncryption: ReadonlySet<ContentEncryptionAlgorithm>
  readonly keys: KeySet
}

/** Validates a decryption policy. @throws {TypeError} */
export function decryptionPolicy(option: string, policy: DecryptionPolicy): PinnedDecryptionPolicy {
  const prefix = option === '' ? '' : `${option}.`
  const keyManagement = pinnedAlgorithms(
    `${prefix}keyManagement`,
    policy.keyManagement,
    isKeyManagementAlgorithm,
    keyManagementAlgorithms,
  )
  const contentEncryption = pinnedAlgorithms(
    `${prefix}contentEncryption`,
    policy.contentEncryption,
    isContentEncryptionAlgorithm,
    contentEncryptionAlgorithms,
  )
  const keys = keysOption(policy.keys, {
    option: `${prefix}keys`,
    operation: 'decrypt',
    algorithms: keyManagement,
    contentEncryption,
    wayOut: 'pass the private key (or the shared secret), imported for one of these algorithms',
  })
  return { keyManagement, contentEncryption, keys }
}
