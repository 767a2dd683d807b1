/** A diagnostics channel, and what of its messages is ours to answer for. */
interface WatchedChannel {
  readonly name: string
  readonly read: (message: unknown) => unknown
  /** Why the rest of a message is left out, if it is. */
  readonly reason?: string
}

const errorOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'error' in message ? message.error : undefined

const reason = 'Fastify hands subscribers its whole request, credentials included, whoever guards it'

const whole = (message: unknown): unknown => message

/** The channels of our packages. */
export const ownChannels: readonly string[] = ['decision', 'issue', 'keys', 'session', 'revocation'].map(
  (name) => `sealbearer:${name}`,
)

/** What the frameworks publish while they answer, and what we do. */
export const watchedChannels: readonly WatchedChannel[] = [
  ...['error', 'end', 'asyncEnd'].map((event) => ({
    name: `tracing:fastify.request.handler:${event}`,
    read: errorOf,
    reason,
  })),
  ...ownChannels.map((name) => ({ name, read: whole })),
]
