import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http'
import { createServer as createTlsServer, type RequestOptions, request as tlsRequest } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import type { HeaderList } from './conformance-case.js'
import type { Target, WireRequest, WireResponse } from './target.js'

/** TLS under a shared key (RFC 4279), which needs no certificate. */
const psk = { psk: Buffer.alloc(32, 1), identity: 'conformance' }
const tls = { ciphers: 'PSK-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' } as const
const tlsClient: RequestOptions & Pick<ConnectionOptions, 'pskCallback'> = {
  ...tls,
  pskCallback: () => psk,
  checkServerIdentity: () => undefined,
}

/** A target that listens on loopback. */
export interface NodeTarget extends Target {
  close(): Promise<void>
}

/** Makes a framework's listener for one connection: only behind `proxied` does it trust forwarding headers. */
export type ListenerFactory = (
  connection: WireRequest['connection'],
) => RequestListener | Promise<RequestListener>

/** Starts one server for each connection, on ports that are free. */
export async function startNodeTarget(
  description: Pick<Target, 'name' | 'tellsCode'>,
  createListener: ListenerFactory,
): Promise<NodeTarget> {
  const connections = ['loopback', 'proxied', 'tls'] as const
  const servers = new Map<WireRequest['connection'], Server>()
  for (const connection of connections) {
    const listener = await createListener(connection)
    const server =
      connection === 'tls'
        ? createTlsServer({ ...tls, pskCallback: () => psk.psk }, listener)
        : createServer(listener)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.set(connection, server)
  }
  return {
    ...description,
    connections,
    gaps: [],
    send: (wire) => sendOverWire(portOf(servers.get(wire.connection)), wire),
    async close() {
      await Promise.all([...servers.values()].map((server) => once(server.close(), 'close')))
    },
  }
}

function portOf(server: Server | undefined): number {
  const address = server?.address()
  if (typeof address !== 'object' || address === null) throw new RangeError('no server takes this connection')
  return address.port
}

/** Sends headers as they are: in their order and spelling, repeated where they repeat. */
export async function sendOverWire(port: number, wire: WireRequest): Promise<WireResponse> {
  const { method, target: path, body } = wire
  const options = { host: '127.0.0.1', port, method, path, agent: false, headers: rawHeaders(wire) }
  const client = wire.connection === 'tls' ? tlsRequest({ ...options, ...tlsClient }) : request(options)
  client.end(body)
  const [response]: IncomingMessage[] = await once(client, 'response')
  if (response === undefined) throw new Error('no response')
  const chunks: Uint8Array[] = []
  for await (const chunk of response) chunks.push(chunk)
  client.destroy()
  return {
    status: response.statusCode ?? 0,
    headers: pairs(response.rawHeaders),
    body: Buffer.concat(chunks).toString(),
  }
}

function rawHeaders({ method, headers, body = '' }: WireRequest): string[] {
  const closing = headers.some(([name]) => name === 'Connection') ? [] : ['Connection', 'close']
  // Without a length, Node would send an empty chunked body, which has no media type.
  const length =
    method === 'GET' || method === 'HEAD' ? [] : ['Content-Length', String(Buffer.byteLength(body))]
  return [...headers.flat(), ...closing, ...length]
}

function pairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1] ?? ''] as const] : []))
}
