import { createServer, type Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { JSONWebKeySet } from '@sealbearer/core'

/** What an issuer publishes, with outages and delays. */
export interface Publication {
  issuer(): string
  jwks(): JSONWebKeySet
  isOut(): boolean
  /** Milliseconds before each response. */
  delay(): number
}

/** Responds to requests for metadata and keys, without a socket. */
export async function respond(publication: Publication, path: string): Promise<Response> {
  await wait(publication.delay())
  if (publication.isOut()) return new Response('', { status: 503 })
  const issuer = publication.issuer()
  if (path === '/jwks') return Response.json(publication.jwks())
  if (/^\/\.well-known\/(openid-configuration|oauth-authorization-server)$/.test(path)) {
    return Response.json({ issuer, jwks_uri: `${issuer}/jwks` })
  }
  return new Response('', { status: 404 })
}

/** Serves metadata and keys on a loopback port; 0 for a free one. */
export async function listenOnLoopback(
  publication: Publication,
  port: number,
): Promise<{ server: Server; url: string }> {
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await respond(publication, request.url ?? '/').then(async (found) => ({
      status: found.status,
      headers: Object.fromEntries(found.headers),
      body: await found.text(),
    }))
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('listen: the server has no port')
  return { server, url: `http://127.0.0.1:${address.port}` }
}
