import { signedMint } from '../cases/mints.js'
import { claimsOf, subjectOf } from '../material/claims.js'
import { forgeries } from '../material/forgeries.js'
import type { SignatureKey } from '../material/signature-key.js'
import type { Evidence } from '../measure/prove.js'

/** What every guarded server is shown before it is loaded. */
export async function serverEvidence(key: SignatureKey): Promise<Evidence> {
  const mint = signedMint(key)
  const subject = subjectOf(1)
  return {
    good: await mint.token(claimsOf(subject)),
    sub: subject.sub,
    forgeries: await forgeries(mint),
  }
}

/** Rejects unless a guarded server answers the good token with its subject, and all others with 401. */
export async function proveServer(name: string, port: number, evidence: Evidence): Promise<void> {
  const { good, sub, forgeries } = evidence
  for (const attempt of ['first', 'second']) {
    const response = await ask(port, good)
    const body = await response.text()
    if (response.status !== 200 || !body.includes(sub)) {
      throw new Error(`${name} answers the good token with ${response.status} the ${attempt} time`)
    }
    for (const { title, token } of forgeries) {
      const { status } = await ask(port, token)
      if (status !== 401) throw new Error(`${name} answers a token ${title} with ${status}`)
    }
  }
  const { status } = await ask(port)
  if (status !== 401) throw new Error(`${name} answers a request without a token with ${status}`)
}

const ask = (port: number, token?: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
