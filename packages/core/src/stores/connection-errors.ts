import { warnOfFirstError } from '../warning.js'

/** What the clients of `redis` and `pg` inherit from Node's `EventEmitter`. */
interface Emitter {
  on(event: 'error', listener: (error: unknown) => void): unknown
  listenerCount(event: 'error'): number
}

const isEmitter = (client: object): client is Emitter =>
  ['on', 'listenerCount'].every((name) => typeof Reflect.get(client, name) === 'function')

/**
 * Listens to the errors of a client where nobody does: Node ends a process at an `error` that nobody listens to, and some
 * clients emit one when the server restarts. The first is printed; the operations of the store report the outage.
 */
export function listenToErrors(client: object): void {
  if (!isEmitter(client) || client.listenerCount('error') > 0) return
  const warnOfLoss = warnOfFirstError(
    'the connection to a store failed; until it is back, requests are answered with 503',
    'SB_STORE_UNAVAILABLE',
    "listen to 'error' of the client",
  )
  client.on('error', (error) => {
    // The application may have added a listener since.
    if (client.listenerCount('error') === 1) warnOfLoss(error)
  })
}
