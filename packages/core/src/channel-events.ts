import { channelNamed } from './channel.js'
import type { DecisionEvent } from './http/decide.js'
import type { IssueEvent } from './jwt/issuer.js'
import type { KeyRingEvent } from './key-ring/ring-event.js'
import { type Listener, listenerOption } from './options.js'
import type { RemoteKeySetEvent } from './remote-keys/schedule.js'

/** The event of each diagnostics channel. `@sealbearer/sessions` adds `sealbearer:session` and `sealbearer:revocation`. */
export interface ChannelEvents {
  /** A request was accepted or refused. */
  'sealbearer:decision': DecisionEvent
  /** A token was issued, or not. */
  'sealbearer:issue': IssueEvent
  /** Keys were loaded, or not; a key ring changed. */
  'sealbearer:keys': RemoteKeySetEvent | KeyRingEvent
}

/**
 * Calls a listener with each event of a diagnostics channel, of every authenticator, issuer or key set in this process.
 * It runs within the request that caused the event, before its response; what it throws is ignored.
 *
 * @returns A function that ends the subscription.
 * @throws {TypeError} on a runtime without `node:diagnostics_channel`; there, `onDecision` and `onEvent` remain.
 * @example
 * const stop = listenTo('sealbearer:decision', ({ accepted, code }) => counters.add(accepted ? 'accepted' : code))
 * @see {@link https://nodejs.org/api/diagnostics_channel.html Diagnostics channel}
 */
export function listenTo<Name extends keyof ChannelEvents>(
  channelName: Name,
  listener: Listener<ChannelEvents[Name]>,
): () => void {
  const notify = listenerOption('listener', listener, 'an event')
  const channel = channelNamed(channelName)
  if (channel === undefined) {
    throw new TypeError(
      'listenTo: this runtime has no node:diagnostics_channel; use onDecision of the authenticator and onEvent of the keys',
    )
  }
  // Only our packages publish on these channels, each the event of its own.
  const subscriber = (event: unknown): void => notify(event as ChannelEvents[Name])
  channel.subscribe(subscriber)
  return () => {
    channel.unsubscribe(subscriber)
  }
}
