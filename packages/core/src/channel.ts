import type { Channel } from 'node:diagnostics_channel'
import { type Listener, listenerOption } from './options.js'

/** The listeners of one kind of event: a function of the application, and the subscribers of a diagnostics channel. */
export interface Listeners<Event> {
  /** Whether the application passed a function. */
  readonly hasOwn: boolean
  /** The channel, whose subscribers can change. Without any, and without a function, no event is created. */
  readonly channel: Pick<Channel, 'hasSubscribers'> | undefined
  emit(event: Event): void
}

/** Node, Bun, Deno and some Workers have diagnostics channels. Looked up at run time, because others cannot import them. */
export function channelNamed(name: string): Channel | undefined {
  const find: unknown = globalThis.process?.getBuiltinModule
  if (typeof find !== 'function') return undefined
  return globalThis.process.getBuiltinModule('node:diagnostics_channel')?.channel(name)
}

/**
 * Finds the listeners to events of one kind. Each event is frozen.
 *
 * @param channelName The diagnostics channel of these events.
 * @param option The name of the option that `listener` came in.
 * @throws {TypeError} for a `listener` that is not a function.
 */
export function listenersOn<Event extends object>(
  channelName: `sealbearer:${string}`,
  option = 'listener',
  listener?: Listener<Event>,
): Listeners<Event> {
  const own = listener === undefined ? undefined : listenerOption(option, listener, 'an event')
  const channel = channelNamed(channelName)
  return {
    hasOwn: own !== undefined,
    channel,
    emit(event) {
      const frozen = Object.freeze(event)
      own?.(frozen)
      if (channel?.hasSubscribers === true) channel.publish(frozen)
    },
  }
}
