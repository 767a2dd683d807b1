import type { SessionRecord } from '@sealbearer/core/stores'
import { readContent } from './content.js'

/** One login on one device. */
export interface Session {
  /** The `sid` of its access tokens. */
  readonly id: string
  readonly sub: string
  readonly startedAt: Date
  readonly renewedAt: Date
  /** The latest end, regardless of renewals. Without a renewal it ends earlier, at the idle limit. */
  readonly expiresAt: Date
  /** As passed to `start`. */
  readonly data: unknown
}

export function sessionOf(record: SessionRecord): Session {
  return {
    id: record.sid,
    sub: record.sub,
    startedAt: new Date(record.startedAt),
    renewedAt: new Date(record.renewedAt),
    expiresAt: new Date(record.expiresAt),
    data: readContent(record.content).data,
  }
}
