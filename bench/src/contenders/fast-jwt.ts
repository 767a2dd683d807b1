import { randomUUID } from 'node:crypto'
import { createSigner, createVerifier } from 'fast-jwt'
import { lifetime, type Subject } from '../material/claims.js'
import { parties } from '../material/parties.js'
import { type SignatureKey, signingText, verifyingText } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { perItem } from '../measure/per-item.js'

export function fastJwtReader({ alg, verifying }: SignatureKey, cache: boolean): Contender<string> {
  const verify = createVerifier({
    key: verifyingText(verifying),
    algorithms: [alg],
    allowedIss: parties.issuer,
    allowedAud: parties.audience,
    cache,
  })
  return perItem(cache ? 'fast-jwt cache' : 'fast-jwt', 'peer', (token) => verify(token))
}

export function fastJwtIssuer({ alg, kid, signing }: SignatureKey): Contender<Subject> {
  const sign = createSigner({
    algorithm: alg,
    key: signingText(signing),
    kid,
    iss: parties.issuer,
    aud: parties.audience,
    expiresIn: lifetime * 1000,
    header: { alg, typ: parties.typ },
  })
  return perItem('fast-jwt', 'peer', (subject) => sign({ ...subject, jti: randomUUID() }))
}
