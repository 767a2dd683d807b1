import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Context, Hono } from 'hono'

/** An app that listens on loopback. */
export interface ServedApp {
  readonly port: number
  close(): Promise<void>
}

type Fetch = (request: Request, env: object) => Response | Promise<Response>

interface BunServer {
  readonly port: number
  stop(closeConnections: boolean): Promise<void>
}

interface DenoServer {
  readonly addr: { readonly port: number }
  shutdown(): Promise<void>
}

/** What is used of the two runtimes, whose own types would be in each other's way. */
interface Runtimes {
  readonly Bun?: { serve(options: { hostname: string; port: number; fetch: Fetch }): BunServer }
  readonly Deno?: {
    serve(options: { hostname: string; port: number; onListen(): void }, handler: Fetch): DenoServer
  }
}

// Each is there on its own runtime alone.
const { Bun, Deno } = globalThis as Runtimes

/** The option `remoteAddress` of the Hono adapter, which Node does without; `undefined` where it does. */
export async function remoteAddressOption(): Promise<
  { readonly remoteAddress: (c: Context) => string | undefined } | undefined
> {
  if (Bun === undefined && Deno === undefined) return undefined
  const { getConnInfo } = Deno ? await import('hono/deno') : await import('hono/bun')
  return { remoteAddress: (c) => getConnInfo(c).remote.address }
}

/** Serves an app with the runtime's own server. */
export async function serveApp({ fetch }: Hono): Promise<ServedApp> {
  const hostname = '127.0.0.1'
  if (Bun !== undefined) {
    const server = Bun.serve({ hostname, port: 0, fetch })
    return { port: server.port, close: () => server.stop(true) }
  }
  if (Deno !== undefined) {
    const server = Deno.serve({ hostname, port: 0, onListen() {} }, fetch)
    return { port: server.addr.port, close: () => server.shutdown() }
  }
  const server = createAdaptorServer({ fetch }).listen(0, hostname)
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    port,
    async close() {
      await once(server.close(), 'close')
    },
  }
}
