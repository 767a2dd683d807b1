import { SealbearerError } from '../errors.js'
import { createExpiringMap } from './expiring-map.js'
import { recordVersion, rotate, type SessionRecord, use } from './rotation.js'
import type { NewSession, SessionKey, SessionStore } from './session-store.js'

/** The sessions of one subject. */
type Sessions = ReadonlyMap<string, SessionRecord>

const none: Sessions = new Map()

/** Milliseconds for which ended sessions are kept if there is room: the clock may be ahead, and be set back. */
const margin = 86_400_000

/** An entry of the map lives as long as the last of its sessions. */
const lastEnd = (sessions: Sessions): number =>
  Math.max(0, ...Array.from(sessions.values(), ({ validUntil }) => validUntil)) + margin

const latestFirst = (a: SessionRecord, b: SessionRecord): number => b.renewedAt - a.renewedAt

const livingAt =
  (now: number) =>
  (record: SessionRecord | undefined): boolean =>
    record !== undefined && now < record.validUntil

function known<R extends SessionRecord | undefined>(record: R): R {
  if (record && record.version !== recordVersion) throw new SealbearerError('SB_STORE_VERSION')
  return record
}

/** A session that has not ended. */
function living(sessions: Sessions, sid: string, now: number): SessionRecord | undefined {
  const record = sessions.get(sid)
  return livingAt(now)(record) ? known(record) : undefined
}

/** Sessions in the memory of one process. No operation awaits anything, so each is atomic. */
export function createMemorySessions(clock: () => number, maxEntries: number): SessionStore {
  const subjects = createExpiringMap<string, Sessions>(maxEntries, lastEnd, margin)
  const links = createMemoryLinks(clock, maxEntries)

  /** A copy of the sessions of a subject, including those kept after their end. */
  function kept(subject: string, now: number): Map<string, SessionRecord> {
    return new Map(
      [...(subjects.get(subject, now) ?? none)].filter(([, record]) => now < record.validUntil + margin),
    )
  }

  function keep(subject: string, sessions: Sessions, now: number): void {
    if (sessions.size === 0) subjects.delete(subject)
    else subjects.set(subject, sessions, now)
  }

  return {
    async create(session) {
      const { subject, now = clock(), limit } = session
      const sessions = kept(subject, now)
      const isLiving = livingAt(now)
      if (isLiving(sessions.get(session.sid))) return undefined
      const others = [...sessions.values()]
        .filter(({ version }) => version === recordVersion)
        .sort(latestFirst)
      const ended = others.filter(isLiving).slice(Math.max(0, limit - 1))
      // Otherwise short sessions of one subject would fill the memory.
      const surplus = others.filter((record) => !isLiving(record)).slice(limit)
      for (const { sid } of [...ended, ...surplus]) sessions.delete(sid)
      const record = newRecord(session, now)
      keep(subject, sessions.set(record.sid, record), now)
      return { record, ended }
    },
    async read({ subject, sid, now = clock() }) {
      return living(kept(subject, now), sid, now)
    },
    async rotate(presented) {
      const { subject, sid, now = clock() } = presented
      const sessions = kept(subject, now)
      const result = rotate(living(sessions, sid, now), presented, now)
      if (result.outcome === 'reuse') sessions.delete(sid)
      else if (result.outcome !== 'refused') sessions.set(sid, result.record)
      keep(subject, sessions, now)
      return result
    },
    async markSeen({ subject, sid, generation, now = clock() }) {
      const sessions = kept(subject, now)
      const result = use(living(sessions, sid, now), generation, now)
      if (result.outcome === 'reuse') sessions.delete(sid)
      else if (result.outcome === 'seen') sessions.set(sid, result.record)
      keep(subject, sessions, now)
      return result
    },
    async end({ subject, sid, secretHash, now = clock() }) {
      const sessions = kept(subject, now)
      const record = living(sessions, sid, now)
      const found = sessions.get(sid)
      if (!found || (secretHash !== undefined && secretHash !== found.secretHash)) return undefined
      // Also one that has ended: it must not come back when the clock is set back.
      if (found.version === recordVersion) sessions.delete(sid)
      keep(subject, sessions, now)
      return record
    },
    async endAll({ subject, except, now = clock() }) {
      const sessions = kept(subject, now)
      const others = [...sessions.values()].filter(({ sid }) => sid !== except)
      const ended = others.filter(livingAt(now)).map(known)
      for (const { sid, version } of others) if (version === recordVersion) sessions.delete(sid)
      keep(subject, sessions, now)
      return ended
    },
    async list({ subject, now = clock() }) {
      return [...kept(subject, now).values()].filter(livingAt(now)).map(known).sort(latestFirst)
    },
    ...links,
  }
}

function newRecord(session: NewSession, now: number): SessionRecord {
  const { version, subject, sid, sub, secretHash, confirmation, content, lifetime, idle } = session
  const times = { rotatedAt: now, startedAt: now, renewedAt: now, expiresAt: now + lifetime }
  return Object.freeze({
    version,
    subject,
    sid,
    sub,
    secretHash,
    confirmation,
    content,
    current: 1,
    previous: 0,
    ...times,
    seen: false,
    validUntil: now + Math.min(lifetime, idle),
  })
}

interface Linked {
  readonly keys: readonly SessionKey[]
  readonly until: number
}

/** Which sessions end together with a provider's session. */
function createMemoryLinks(
  clock: () => number,
  maxEntries: number,
): Required<Pick<SessionStore, 'link' | 'readLinked' | 'takeLinked'>> {
  const links = createExpiringMap<string, Linked>(maxEntries, ({ until }) => until)
  return {
    async link({ link, subject, sid, lifetime, limit, now = clock() }) {
      const linked = links.get(link, now)
      const keys = [...(linked?.keys ?? []), { subject, sid }].slice(-limit)
      links.set(link, { keys, until: Math.max(now + lifetime, linked?.until ?? 0) }, now)
    },
    readLinked: async ({ link, now = clock() }) => links.get(link, now)?.keys ?? [],
    async takeLinked({ link, now = clock() }) {
      const keys = links.get(link, now)?.keys ?? []
      links.delete(link)
      return keys
    },
  }
}
