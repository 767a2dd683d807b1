import type { NewSession, Presented, SessionKey, SessionRecord } from '@sealbearer/core/stores'
import { recordVersion } from '@sealbearer/core/stores'

export const second = 1000
export const minute: number = 60 * second
export const hour: number = 60 * minute
export const day: number = 24 * hour

export const window: number = 30 * second
export const idle: number = 14 * day

/** A session of a subject of its own. */
export function newSession(
  change: Partial<NewSession & { now: number }> = {},
): NewSession & { readonly now: number } {
  const subject = change.subject ?? crypto.randomUUID()
  return {
    version: recordVersion,
    subject,
    sid: crypto.randomUUID(),
    sub: `user of ${subject}`,
    secretHash: crypto.randomUUID(),
    confirmation: null,
    content: '{}',
    lifetime: 30 * day,
    idle,
    limit: 10,
    now: Date.now(),
    ...change,
  }
}

export const keyOf = ({ subject, sid }: SessionKey): SessionKey => ({ subject, sid })

/** A refresh token of a session. */
export const tokenOf = (
  { subject, sid, secretHash, confirmation }: NewSession | SessionRecord,
  generation: number,
  now: number,
): Presented => ({ subject, sid, secretHash, confirmation, generation, window, idle, now })
