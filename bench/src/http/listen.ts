import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Has a server listen on loopback, on any free port. */
export async function listen(server: Server): Promise<number> {
  const listening = once(server, 'listening')
  server.listen(0, '127.0.0.1')
  await listening
  // A server that listens on TCP has this kind of address.
  return (server.address() as AddressInfo).port
}
