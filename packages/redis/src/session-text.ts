import { SealbearerError } from '@sealbearer/core'
import type { NewSession, SessionRecord } from '@sealbearer/core/stores'

/** Lua has no null in tables: `-` is none, and a confirmation begins with `+`. */
export const confirmationText = (confirmation: string | null): string =>
  confirmation === null ? '-' : `+${confirmation}`

/** A new session; the script adds the times. */
export const newSessionText = (session: NewSession): string =>
  JSON.stringify({
    version: String(session.version),
    subject: session.subject,
    sid: session.sid,
    sub: session.sub,
    secretHash: session.secretHash,
    current: '1',
    previous: '0',
    seen: false,
    content: session.content,
    confirmation: confirmationText(session.confirmation),
  })

/** Only scripts write these texts, and they check the version. */
type StoredSession = {
  readonly [Name in keyof SessionRecord]: SessionRecord[Name] extends boolean ? boolean : string
}

export function sessionOfText(text: string | undefined): SessionRecord {
  if (text === undefined) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'reply')
  const stored = JSON.parse(text) as StoredSession
  const { subject, sid, sub, secretHash, seen, content, confirmation } = stored
  return {
    version: Number(stored.version),
    subject,
    sid,
    sub,
    secretHash,
    current: Number(stored.current),
    previous: Number(stored.previous),
    rotatedAt: Number(stored.rotatedAt),
    seen,
    startedAt: Number(stored.startedAt),
    renewedAt: Number(stored.renewedAt),
    expiresAt: Number(stored.expiresAt),
    validUntil: Number(stored.validUntil),
    confirmation: confirmation === '-' ? null : confirmation.slice(1),
    content,
  }
}
