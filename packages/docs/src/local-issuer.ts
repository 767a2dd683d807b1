import { createServer } from 'node:http'
import { createIssuer, generateKey, publicJwks } from '@sealbearer/core'

/** An issuer on loopback that can be discovered. */
export interface LocalIssuer {
  readonly url: string
  /** Issues a token for `user_123`. */
  issue(audience: string): Promise<string>
  close(): void
}

/** Starts an issuer whose tokens have one algorithm. */
export async function startIssuer(algorithm: 'ES256' | 'RS256'): Promise<LocalIssuer> {
  const keys = await generateKey(algorithm)
  const server = createServer((request, response) => {
    const isMetadata = request.url?.startsWith('/.well-known/')
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(isMetadata ? { issuer: url, jwks_uri: `${url}/jwks` } : publicJwks(keys)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address?.port}`
  return {
    url,
    async issue(audience) {
      const signature = { algorithm, keys }
      const issuer = createIssuer({ issuer: url, audience, typ: 'at+jwt', lifetime: '5m', signature })
      return (await issuer.issue({ sub: 'user_123' })).token
    },
    close: () => server.close(),
  }
}
