import type { Attributes } from '@opentelemetry/api'
import type { ChannelEvents } from '@sealbearer/core'
// Adds the channels of sessions to those of core; no code is loaded.
import type {} from '@sealbearer/sessions'

/** The last part of a channel's name. */
export type Kind = keyof ChannelEvents extends `sealbearer:${infer Name}` ? Name : never

export type EventOf<K extends Kind> = ChannelEvents[`sealbearer:${K}`]

type MemberOf<Event> = Event extends unknown ? keyof Event & string : never

/** The members of an event that become attributes `sealbearer.KIND.MEMBER`. */
export type Members = { readonly [K in Kind]: readonly MemberOf<EventOf<K>>[] }

/** Members with few different values, for metrics. */
export const metricMembers: Members = {
  decision: ['accepted', 'code', 'scheme', 'source', 'form', 'issuer', 'remembered'],
  issue: ['issued', 'code', 'form', 'issuer'],
  keys: ['type', 'url', 'restored', 'reason', 'status', 'code', 'operation', 'ring', 'alg'],
  session: ['type', 'kind', 'by'],
  revocation: ['type', 'claim', 'stored'],
}

/** Members for spans. Identifiers of sessions are omitted. */
export const spanMembers: Members = {
  ...metricMembers,
  decision: [...metricMembers.decision, 'parameter', 'duration'],
  issue: [...metricMembers.issue, 'parameter', 'duration'],
  keys: [...metricMembers.keys, 'detail', 'failures', 'keys', 'removed', 'kid', 'previous'],
}

/** OpenTelemetry's durations are seconds; those of events are milliseconds. */
export const secondsOf = (milliseconds: number): number => milliseconds / 1000

/** Returns the attributes for those members that the event has. */
export function attributesOf<K extends Kind>(
  kind: K,
  event: EventOf<K>,
  members: readonly string[],
): Attributes {
  const attributes: Attributes = {}
  for (const member of members) {
    const value: unknown = Reflect.get(event, member)
    if (member === 'duration' && typeof value === 'number') {
      attributes[`sealbearer.${kind}.duration`] = secondsOf(value)
    } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      attributes[`sealbearer.${kind}.${member}`] = value
    }
  }
  return attributes
}
