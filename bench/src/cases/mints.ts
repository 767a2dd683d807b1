import type { EnvelopeKey } from '../material/envelope-key.js'
import type { Mint } from '../material/forgeries.js'
import { encryptedToken, nestedToken } from '../material/seal.js'
import { signedToken } from '../material/sign.js'
import type { SignatureKey } from '../material/signature-key.js'
import { strangersEnvelope, strangersSignature } from '../material/strangers.js'

export function signedMint(key: SignatureKey): Mint {
  const strange = strangersSignature(key)
  return {
    token: (claims) => signedToken(claims, key),
    strangers: (claims) => signedToken(claims, strange),
  }
}

export function encryptedMint(key: EnvelopeKey): Mint {
  const strange = strangersEnvelope(key)
  return {
    token: (claims) => encryptedToken(claims, key),
    strangers: (claims) => encryptedToken(claims, strange),
  }
}

/** A stranger can address the envelope, but not sign the letter. */
export function nestedMint(signature: SignatureKey, envelope: EnvelopeKey): Mint {
  const strange = strangersSignature(signature)
  return {
    token: (claims) => nestedToken(signedToken(claims, signature), envelope),
    strangers: (claims) => nestedToken(signedToken(claims, strange), envelope),
  }
}
