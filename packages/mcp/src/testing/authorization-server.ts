import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { createTestIssuer, type TestIssuer } from '@sealbearer/testing'

/** An authorization server on loopback that grants whatever scopes an authenticated client requests. */
export interface AuthorizationServer {
  readonly url: string
  readonly issuer: TestIssuer
  /** The scopes of the tokens that were granted, in order. */
  readonly granted: string[]
  close(): void
}

export const client = { clientId: 'agent', clientSecret: 'a secret of the agent' }

export async function createAuthorizationServer(audience: string): Promise<AuthorizationServer> {
  const granted: string[] = []
  const server: Server = createServer(async (req, res) => {
    const json = (body: object, status = 200) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (req.url === '/.well-known/oauth-authorization-server') {
      return json({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        response_types_supported: ['code'],
        grant_types_supported: ['client_credentials', 'authorization_code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['client_secret_basic'],
      })
    }
    const asked = new URL(req.url ?? '/', url)
    if (asked.pathname === '/authorize') {
      const { searchParams: asks } = asked
      const answer = new URL(asks.get('redirect_uri') ?? '')
      answer.searchParams.set('code', asks.get('scope') ?? '')
      answer.searchParams.set('state', asks.get('state') ?? '')
      return res.writeHead(302, { location: answer.href }).end()
    }
    if (req.url !== '/token') return json({}, 404)
    const form = new URLSearchParams(await text(req))
    const basic = Buffer.from(`${client.clientId}:${encodeURIComponent(client.clientSecret)}`).toString(
      'base64',
    )
    const plain = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')
    const sent = req.headers.authorization
    if (sent !== `Basic ${basic}` && sent !== `Basic ${plain}`) return json({ error: 'invalid_client' }, 401)
    if (form.get('resource') !== audience) return json({ error: 'invalid_target' }, 400)
    // Its codes are the scopes that were consented to.
    const scope = form.get('code') ?? form.get('scope') ?? ''
    granted.push(scope)
    const token = await issuer.mint({ scope, client_id: client.clientId })
    return json({ access_token: token, token_type: 'Bearer', expires_in: 300, scope })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const issuer = await createTestIssuer({ issuer: url, audience })
  return {
    url,
    issuer,
    granted,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
