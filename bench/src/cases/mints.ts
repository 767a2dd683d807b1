import { attackersEnvelope, attackersSignature } from '../material/attackers.js'
import type { EnvelopeKey } from '../material/envelope-key.js'
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

export function encryptedMint(key: EnvelopeKey): Mint {
  const strange = attackersEnvelope(key)
  return {
    token: (claims) => encryptedToken(claims, key),
    attackers: (claims) => encryptedToken(claims, strange),
  }
}

/** An attacker can address the envelope, but not sign the letter. */
export function nestedMint(signature: SignatureKey, envelope: EnvelopeKey): Mint {
  const strange = attackersSignature(signature)
  return {
    token: (claims) => nestedToken(signedToken(claims, signature), envelope),
    attackers: (claims) => nestedToken(signedToken(claims, strange), envelope),
  }
}
