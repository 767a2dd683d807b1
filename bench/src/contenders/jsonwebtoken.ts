import { randomUUID } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { lifetime, type Subject } from '../material/claims.js'
import { parties } from '../material/parties.js'
import type { SignatureKey } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { perItem } from '../measure/per-item.js'

/** With KeyObjects, its best form. It knows no EdDSA. */
export function jsonwebtokenReader({ alg, verifying }: SignatureKey): Contender<string> | undefined {
  if (alg === 'EdDSA') return undefined
  const options = { algorithms: [alg], issuer: parties.issuer, audience: parties.audience }
  return perItem('jsonwebtoken', 'peer', (token) => jsonwebtoken.verify(token, verifying, options))
}

export function jsonwebtokenIssuer({ alg, kid, signing }: SignatureKey): Contender<Subject> | undefined {
  if (alg === 'EdDSA') return undefined
  return perItem('jsonwebtoken', 'peer', (subject) =>
    jsonwebtoken.sign({ ...subject }, signing, {
      algorithm: alg,
      keyid: kid,
      issuer: parties.issuer,
      audience: parties.audience,
      expiresIn: lifetime,
      jwtid: randomUUID(),
      header: { alg, typ: parties.typ },
    }),
  )
}
