import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A listening server. */
export interface Listening {
  readonly url: string
  /** Whether the requested port was unavailable. */
  readonly moved: boolean
  close(): Promise<void>
}

const host = '127.0.0.1'

/** Starts a server on loopback, on a free port if the requested one is in use. */
export async function listen(server: Server, port: number): Promise<Listening> {
  const moved = !(await tryToListen(server, port))
  if (moved) await tryToListen(server, 0)
  // A server that listens on TCP has this kind of address.
  const address = server.address() as AddressInfo
  return {
    moved,
    url: `http://${host}:${address.port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function tryToListen(server: Server, port: number): Promise<boolean> {
  try {
    const listening = once(server, 'listening')
    server.listen(port, host)
    await listening
    return true
  } catch (error) {
    const isTaken =
      error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
    if (port !== 0 && isTaken) return false
    throw error
  }
}
