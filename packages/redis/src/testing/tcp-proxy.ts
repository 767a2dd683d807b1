import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** Stands between a client and a server, and disturbs what they say. */
export interface TcpProxy {
  readonly port: number
  /** Milliseconds by which everything is late from now on. */
  delay(milliseconds: number): void
  /** From now on nothing arrives any more on the connections that are open, and neither side is told. */
  freeze(): void
  close(): Promise<void>
}

export async function startProxy(target: number): Promise<TcpProxy> {
  let late = 0
  const sockets = new Set<Socket>()
  let frozen = new Set<Socket>()

  const server = createServer((inner) => {
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
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
