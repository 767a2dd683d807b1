import type { RequestListener } from 'node:http'
import { type Authenticator, createAuthenticator, createVerifier } from '@sealbearer/core'
import { type AuthorizationServer, createAuthorizationServer } from './authorization-server.js'
import { start } from './servers.js'

/** An MCP server, and the authorization server of its tokens. */
export interface ProtectedServer {
  readonly url: string
  readonly authorization: AuthorizationServer
  close(): void
}

export async function startProtected(
  createListener: (authenticator: Authenticator) => Promise<RequestListener>,
): Promise<ProtectedServer> {
  let authorization: AuthorizationServer | undefined
  const server = await start(async (url) => {
    const identifier = `${url}/mcp`
    authorization = await createAuthorizationServer(identifier)
    return createListener(
      createAuthenticator({
        verifier: createVerifier(authorization.issuer.verifierOptions),
        resource: {
          identifier,
          authorizationServers: [authorization.url],
          scopes: ['mcp:use', 'orders:write'],
        },
      }),
    )
  })
  if (authorization === undefined) throw new Error('the server was started without its listener')
  const { close } = authorization
  return {
    url: server.url,
    authorization,
    close() {
      server.close()
      close()
    },
  }
}
