import { sign, verify } from 'hono/jwt'
import { claimsOf, type Subject } from '../material/claims.js'
import { cryptoKey } from '../material/crypto-key.js'
import { parties } from '../material/parties.js'
import type { SignatureKey } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { perItem } from '../measure/per-item.js'

/** With CryptoKeys: any other form it imports again for every token. */
export async function honoReader(key: SignatureKey): Promise<Contender<string>> {
  const verifying = await cryptoKey(key.verifying, key)
  const options = { alg: key.alg, iss: parties.issuer, aud: parties.audience, typ: parties.typ } as const
  return perItem('hono/jwt', 'peer', (token) => verify(token, verifying, options))
}

export async function honoIssuer(key: SignatureKey): Promise<Contender<Subject>> {
  const signing = await cryptoKey(key.signing, key)
  return perItem('hono/jwt', 'peer', (subject) => sign(claimsOf(subject), signing, key.alg))
}
