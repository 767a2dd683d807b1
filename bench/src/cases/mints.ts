import { attackersEncryption, attackersSignature } from '../material/attackers.js'
import type { EncryptionKey } from '../material/encryption-key.js'
import type { Mint } from '../material/forgeries.js'
import { encryptedToken, nestedToken } from '../material/seal.js'
import { signedToken } from '../material/sign.js'
import type { SignatureKey } from '../material/signature-key.js'

export function signedMint(key: SignatureKey): Mint {
  const strange = attackersSignature(key)
  return {
    token: (claims) => signedToken(claims, key),
    attackers: (claims) => signedToken(claims, strange),
  }
}

export function encryptedMint(key: EncryptionKey): Mint {
  const strange = attackersEncryption(key)
  return {
    token: (claims) => encryptedToken(claims, key),
    attackers: (claims) => encryptedToken(claims, strange),
  }
}

/** An attacker can encrypt to the public key, but not sign. */
export function nestedMint(signature: SignatureKey, encryption: EncryptionKey): Mint {
  const strange = attackersSignature(signature)
  return {
    token: (claims) => nestedToken(signedToken(claims, signature), encryption),
    attackers: (claims) => nestedToken(signedToken(claims, strange), encryption),
  }
}
