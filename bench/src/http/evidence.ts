import { signedMint } from '../cases/mints.js'
import { claimsOf, subjectOf } from '../material/claims.js'
import { forgeries } from '../material/forgeries.js'
import type { SignatureKey } from '../material/signature-key.js'

/** Rejects unless a guarded server answers the good token with its subject, and all others with 401. */
export async function proveServer(name: string, port: number, key: SignatureKey): Promise<void> {
  const mint = signedMint(key)
  const { sub } = subjectOf(1)
  const ask = (token?: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
  for (const attempt of ['first', 'second']) {
    const good = await ask(await mint.token(claimsOf(subjectOf(1))))
    const body = await good.text()
    if (good.status !== 200 || !body.includes(sub)) {
      throw new Error(`${name} answers the ${attempt} good token with ${good.status} ${body}`)
    }
    for (const { title, token } of await forgeries(mint)) {
      const { status } = await ask(token)
      if (status !== 401) throw new Error(`${name} answers a token ${title} with ${status}`)
    }
  }
}
