import { type EncryptionKey, type EncryptionName, encryptionKey } from './encryption-key.js'
import { type SignatureAlgorithm, type SignatureKey, signatureKey } from './signature-key.js'

const signing = new Map<SignatureAlgorithm, SignatureKey>()
const sealing = new Map<EncryptionName, EncryptionKey>()

/** Remembers what takes a while to make: one attacker of a kind is as good as another. */
function once<Kind, Key>(keys: Map<Kind, Key>, kind: Kind, make: (kind: Kind) => Key): Key {
  const key = keys.get(kind) ?? make(kind)
  keys.set(kind, key)
  return key
}

/** A signature key that nobody trusts, under the `kid` of one that is trusted. */
export const attackersSignature = ({ alg, kid }: SignatureKey): SignatureKey => ({
  ...once(signing, alg, signatureKey),
  kid,
})

/** An encryption key that none of our parties has. */
export const attackersEncryption = ({ encryption }: EncryptionKey): EncryptionKey =>
  once(sealing, encryption, encryptionKey)
