// Loaded in front of an example. Its server listens on any free port of loopback and sends the port to the test; what
// it fetches from a host of the documentation comes from the test's own issuer.
import { Server } from 'node:net'

const { listen } = Server.prototype

/** @type {(this: Server, ...args: unknown[]) => Server} */
function listenAnywhere(...args) {
  for (const callback of args) if (typeof callback === 'function') this.once('listening', () => callback())
  this.once('listening', () => {
    const address = this.address()
    if (typeof address === 'object') process.send?.(address?.port)
  })
  return Reflect.apply(listen, this, [0, '127.0.0.1'])
}

Server.prototype.listen = listenAnywhere

const { fetch } = globalThis
const issuers = process.env['EXAMPLE_ISSUERS'] ?? ''

globalThis.fetch = (input, init) => {
  const { protocol, host, pathname } = new URL(input instanceof Request ? input.url : input)
  return fetch(protocol === 'https:' ? `${issuers}/${host}${pathname}` : input, init)
}
