import type {
  RotationResult,
  SessionKey,
  SessionRecord,
  SessionStore,
  UseResult,
} from '@sealbearer/core/stores'
import { at, type Engine, type Row, textOf } from './engine.js'
import { storedText, textOfStored } from './stored-text.js'

// What ends sessions also removes those that have ended: they must not come back when the clock is set back.
const statements = {
  create: `SELECT * FROM {schema}.create_session(${at}, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
  read: `SELECT CASE version WHEN 1 THEN 'found' ELSE 'version' END AS outcome, row_to_json(s)::text AS record
    FROM {schema}.sessions s WHERE subject = $3 AND sid = $4 AND valid_until > ${at}`,
  rotate: `SELECT * FROM {schema}.rotate_session(${at}, $2, $3, $4, $5, $6, $7, $8, $9)`,
  markSeen: `SELECT * FROM {schema}.mark_session_seen(${at}, $3, $4, $5)`,
  end: `WITH found AS (
      SELECT version FROM {schema}.sessions WHERE subject = $3 AND sid = $4 AND valid_until > ${at}
    ), ended AS (
      DELETE FROM {schema}.sessions s WHERE subject = $3 AND sid = $4 AND version = 1
        AND secret_hash = coalesce($5, secret_hash)
      RETURNING valid_until > ${at} AS was_valid, row_to_json(s)::text AS record
    )
    SELECT 'ended' AS outcome, record FROM ended WHERE was_valid
    UNION ALL SELECT 'version', NULL FROM found WHERE version <> 1`,
  endAll: `WITH others AS (
      SELECT 1 FROM {schema}.sessions
      WHERE subject = $3 AND sid IS DISTINCT FROM $4 AND valid_until > ${at} AND version <> 1
    ), ended AS (
      DELETE FROM {schema}.sessions s
      WHERE subject = $3 AND sid IS DISTINCT FROM $4 AND version = 1 AND NOT EXISTS (SELECT FROM others)
      RETURNING valid_until > ${at} AS was_valid, row_to_json(s)::text AS record
    )
    SELECT 'ended' AS outcome, record FROM ended WHERE was_valid UNION ALL SELECT 'version', NULL FROM others`,
  list: `SELECT CASE version WHEN 1 THEN 'found' ELSE 'version' END AS outcome, row_to_json(s)::text AS record
    FROM {schema}.sessions s WHERE subject = $3 AND valid_until > ${at} ORDER BY renewed_at DESC`,
  link: `WITH swept AS (
      DELETE FROM {schema}.links l WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM {schema}.links WHERE ends_at < ${at} - 86400000 AND link <> $3 LIMIT 4 FOR UPDATE SKIP LOCKED
      ))
    ), added AS (
      INSERT INTO {schema}.links AS l VALUES ($3, ARRAY[$4], ${at} + $5::double precision)
      ON CONFLICT (link) DO UPDATE SET
        ends_at = greatest(l.ends_at, excluded.ends_at),
        sessions = CASE WHEN l.ends_at <= ${at} THEN excluded.sessions
          ELSE (l.sessions || excluded.sessions)[greatest(1, cardinality(l.sessions) + 2 - $6::integer):] END
    )
    SELECT 'linked' AS outcome`,
  readLinked: `SELECT array_to_json(sessions)::text AS sessions FROM {schema}.links
    WHERE link = $3 AND ends_at > ${at}`,
  takeLinked: `DELETE FROM {schema}.links WHERE link = $3
    RETURNING CASE WHEN ends_at > ${at} THEN array_to_json(sessions)::text ELSE '[]' END AS sessions`,
} as const

/**
 * Sessions in PostgreSQL, a row each.
 *
 * @param clock Milliseconds since the epoch; `null` for the clock of the database.
 */
export function createPostgresSessions(engine: Engine, clock: () => number | null): SessionStore {
  return {
    async create(session) {
      const { version, subject, sid, sub, secretHash, confirmation, content } = session
      const { lifetime, idle, limit, now = clock() } = session
      const [first, ...ended] = await engine.run(
        statements.create,
        now,
        version,
        subject,
        sid,
        storedText(sub),
        secretHash,
        confirmation && storedText(confirmation),
        content,
        lifetime,
        idle,
        limit,
      )
      return first?.['outcome'] === 'taken'
        ? undefined
        : { record: recordOf(first), ended: ended.map(recordOf) }
    },
    async read({ subject, sid, now = clock() }) {
      const [row] = await engine.run(statements.read, now, subject, sid)
      return row && recordOf(row)
    },
    async rotate(presented) {
      const { subject, sid, generation, secretHash, confirmation, window, idle, now = clock() } = presented
      const proven = confirmation && storedText(confirmation)
      const values = [subject, sid, generation, secretHash, proven, window, idle]
      const [row] = await engine.run(statements.rotate, now, ...values)
      return resultOf<RotationResult>(row)
    },
    async markSeen({ subject, sid, generation, now = clock() }) {
      const [row] = await engine.run(statements.markSeen, now, subject, sid, generation)
      return resultOf<UseResult>(row)
    },
    async end({ subject, sid, secretHash = null, now = clock() }) {
      const [row] = await engine.run(statements.end, now, subject, sid, secretHash)
      return row && recordOf(row)
    },
    async endAll({ subject, except = null, now = clock() }) {
      return (await engine.run(statements.endAll, now, subject, except)).map(recordOf)
    },
    async list({ subject, now = clock() }) {
      return (await engine.run(statements.list, now, subject)).map(recordOf)
    },
    async link({ link, subject, sid, lifetime, limit, now = clock() }) {
      await engine.run(statements.link, now, link, JSON.stringify([subject, sid]), lifetime, limit)
    },
    async readLinked({ link, now = clock() }) {
      const [row] = await engine.run(statements.readLinked, now, link)
      return row === undefined ? [] : linkedKeys(textOf(row, 'sessions'))
    },
    async takeLinked({ link, now = clock() }) {
      const [row] = await engine.run(statements.takeLinked, now, link)
      return row === undefined ? [] : linkedKeys(textOf(row, 'sessions'))
    },
  }
}

function linkedKeys(text: string): readonly SessionKey[] {
  // Only `link` writes them.
  return (JSON.parse(text) as readonly string[]).map((key) => {
    const [subject, sid] = JSON.parse(key) as readonly [string, string]
    return { subject, sid }
  })
}

/** A row of the table, by the names of its columns. */
interface SessionRow {
  readonly version: number
  readonly subject: string
  readonly sid: string
  readonly sub: string
  readonly secret_hash: string
  readonly current: number
  readonly previous: number
  readonly rotated_at: number
  readonly seen: boolean
  readonly started_at: number
  readonly renewed_at: number
  readonly expires_at: number
  readonly valid_until: number
  readonly confirmation: string | null
  readonly content: string
}

function recordOf(row: Row | undefined): SessionRecord {
  // The statement returns a row of the table.
  const stored = JSON.parse(textOf(row, 'record')) as SessionRow
  const { version, subject, sid, current, previous, seen, confirmation, content } = stored
  return {
    version,
    subject,
    sid,
    sub: textOfStored(stored.sub),
    secretHash: stored.secret_hash,
    current,
    previous,
    seen,
    rotatedAt: stored.rotated_at,
    startedAt: stored.started_at,
    renewedAt: stored.renewed_at,
    expiresAt: stored.expires_at,
    validUntil: stored.valid_until,
    confirmation: confirmation && textOfStored(confirmation),
    content,
  }
}

/** Reads what a function of the rule returned. */
function resultOf<R extends RotationResult | UseResult>(row: Row | undefined): R {
  const outcome = textOf(row, 'outcome')
  const result =
    outcome === 'refused'
      ? { outcome, kind: textOf(row, 'kind') }
      : outcome === 'reuse'
        ? { outcome, kind: textOf(row, 'kind'), record: recordOf(row) }
        : { outcome, record: recordOf(row) }
  // The functions return the outcomes and kinds of the rule, by the same names.
  return result as R
}
