import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** A proxy between a client and a server that delays or drops data. */
export interface TcpProxy {
  readonly port: number
  /** Delays all data from now on. */
  delay(milliseconds: number): void
  /** Silently drops all further data on the open connections. */
  freeze(): void
  /** Whether new connections are closed at once. */
  refuse(refused: boolean): void
  close(): Promise<void>
}

export async function startProxy(target: number): Promise<TcpProxy> {
  let late = 0
  const sockets = new Set<Socket>()
  let frozen = new Set<Socket>()
  let isRefused = false

  const server = createServer((inner) => {
    if (isRefused) {
      inner.destroy()
      return
    }
    const outer = createConnection(target, '127.0.0.1')
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from)
      let last: Promise<unknown> = Promise.resolve()
      from.on('data', (chunk) => {
        const wait = setTimeout(late)
        last = last.then(() => wait).then(() => void (frozen.has(from) || to.write(chunk)))
      })
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    delay(milliseconds) {
      late = milliseconds
    },
    freeze() {
      frozen = new Set(sockets)
    },
    refuse(refused) {
      isRefused = refused
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
