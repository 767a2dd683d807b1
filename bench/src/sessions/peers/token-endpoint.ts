import { once } from 'node:events'
import { Agent, createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** What access tokens are for. */
export const audience = 'https://api.example.com'

/** The client of all requests, a public one. */
export const clientId = 'client'

/** A token endpoint of one library, as its documentation sets it up. */
export interface Peer {
  readonly title: string
  /** Where its tokens are kept. */
  readonly place: string
  readonly path: string
  readonly listener: RequestListener
  /** Makes the refresh token of a new login. */
  newToken(): Promise<string>
  close(): Promise<void>
}

/** The answer to a renewal (RFC 6749 §5). */
export interface Renewed {
  readonly access_token?: string
  readonly refresh_token?: string
  readonly error?: string
}

/** A peer that listens on loopback. */
export interface Listening {
  readonly peer: Peer
  /** Exchanges a refresh token over HTTP, on a connection that stays open. */
  renew(refreshToken: string): Promise<Renewed>
  close(): Promise<void>
}

export async function listen(create: (origin: string) => Promise<Peer>): Promise<Listening> {
  let listener: RequestListener | undefined
  const server = createServer((incoming, outgoing) => listener?.(incoming, outgoing))
  // Connections wait while the others are measured.
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  const peer = await create(`http://127.0.0.1:${port}`)
  listener = peer.listener
  const agent = new Agent({ keepAlive: true })
  return {
    peer,
    async renew(refreshToken) {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: clientId,
        refresh_token: refreshToken,
        resource: audience,
      }).toString()
      const headers = {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': Buffer.byteLength(body),
      }
      const sent = request({ port, host: '127.0.0.1', method: 'POST', path: peer.path, agent, headers })
      sent.end(body)
      const [response] = await once(sent, 'response')
      return json(response) as Promise<Renewed>
    },
    async close() {
      agent.destroy()
      server.closeAllConnections()
      server.close()
      await peer.close()
    },
  }
}
