/** A diagnostics channel, and what of its messages is ours to answer for. */
export interface WatchedChannel {
  readonly name: string
  readonly read: (message: unknown) => unknown
  /** Why the rest of a message is left out. */
  readonly reason: string
}

const errorOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'error' in message ? message.error : undefined

const reason = 'Fastify hands subscribers its whole request, credentials included, whoever guards it'

/** What the frameworks publish while they answer. Core and the adapters publish nothing. */
export const watchedChannels: readonly WatchedChannel[] = ['error', 'end', 'asyncEnd'].map((event) => ({
  name: `tracing:fastify.request.handler:${event}`,
  read: errorOf,
  reason,
}))
