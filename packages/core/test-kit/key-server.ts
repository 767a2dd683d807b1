import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a request is answered. */
type Behaviour = (request: IncomingMessage, response: ServerResponse) => void

/** Sends JSON like a correctly configured provider. */
export const answer =
  (document: unknown, headers: Record<string, string> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(document))
  }

/** A failure mode. */
export type Misbehaviour =
  | 'down'
  | 'silent'
  | 'dripping'
  | 'status 500'
  | 'status 404'
  | 'half a body'
  | 'half a document'
  | 'ten megabytes'
  | 'no JWK Set'
  | 'no keys'

/** Failure modes of a provider. */
export const misbehaviours: Readonly<Record<Misbehaviour, Behaviour>> = {
  down: (_, response) => {
    response.socket?.destroy()
  },
  silent: () => {},
  dripping: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(drip))
  },
  'status 500': (_, response) => {
    response.writeHead(500).end()
  },
  'status 404': (_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"keys":[]}')
  },
  'half a body': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"keys":[', () => response.socket?.destroy())
  },
  'half a document': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[')
  },
  'ten megabytes': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`{"keys":[],"padding":"${'x'.repeat(10 * 1024 * 1024)}"}`)
  },
  'no JWK Set': answer({ jwks: [] }),
  'no keys': answer({ keys: [] }),
}

/** A configurable key endpoint on loopback that counts requests. */
export interface KeyServer extends AsyncDisposable {
  readonly origin: string
  readonly jwksUri: string
  /** Requests since the last reset. */
  requests: number
  behave: Behaviour
}

/** Starts a key endpoint on its own port. */
export async function startKeyServer(behave: Behaviour): Promise<KeyServer> {
  const server = createServer((request, response) => {
    keyServer.requests++
    keyServer.behave(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // The address of a listening server includes a port.
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const keyServer: KeyServer = {
    origin,
    jwksUri: `${origin}/jwks.json`,
    requests: 0,
    behave,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return keyServer
}
