import { once } from 'node:events'
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

/** A server for metadata and keys. */
export interface KeyServer {
  /** @param port 0 for a free one. @returns The address. */
  listen(port: number): Promise<string>
  close(): Promise<void>
}

/** Creates a server on a loopback port. */
export function createKeyServer(publication: Publication): KeyServer {
  let server: Server | undefined
  return {
    async listen(port) {
      if (server !== undefined) throw new TypeError('listen: the issuer listens already')
      const listening = createServer(async (request, response) => {
        const found = await respond(publication, request.url ?? '/')
        const body = await found.text()
        response.writeHead(found.status, Object.fromEntries(found.headers)).end(body)
      })
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject).listen(port, '127.0.0.1', resolve)
      })
      server = listening
      const address = listening.address()
      if (address === null || typeof address === 'string') throw new Error('listen: the server has no port')
      return `http://127.0.0.1:${address.port}`
    },
    async close() {
      const closing = server
      server = undefined
      if (closing === undefined) return
      closing.closeAllConnections()
      closing.close()
      await once(closing, 'close')
    },
  }
}
