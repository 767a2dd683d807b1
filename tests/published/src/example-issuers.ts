import { createServer } from 'node:http'
import { type ClaimsToIssue, createIssuer, generateKey, publicJwks } from '@sealbearer/core'

/** Issuers at every `https:` host that an example names, all with the same keys. */
export interface ExampleIssuers {
  /** Where `on-loopback.js` finds them. */
  readonly url: string
  /** Issues an access token of https://auth.example.com for https://api.example.com, signed with RS256. */
  issue(claims: ClaimsToIssue): Promise<string>
  close(): void
}

/** Serves, below `/HOST/`, the metadata and the keys of the issuer `https://HOST`. */
export async function startExampleIssuers(): Promise<ExampleIssuers> {
  const keys = [await generateKey('RS256'), await generateKey('ES256')]
  const server = createServer((request, response) => {
    const [, host, folder] = request.url?.split('/') ?? []
    const issuer = `https://${host}`
    const metadata = { issuer, jwks_uri: `${issuer}/jwks` }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(folder === '.well-known' ? metadata : publicJwks(keys)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const issuer = createIssuer({
    issuer: 'https://auth.example.com',
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    lifetime: '5m',
    signature: { algorithm: 'RS256', keys },
  })
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address?.port}`,
    issue: async (claims) => (await issuer.issue(claims)).token,
    close: () => server.close(),
  }
}
