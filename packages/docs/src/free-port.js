// Loaded in front of a README's server: it gets any free port of loopback instead of its own, and tells the test which.
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
