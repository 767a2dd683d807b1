import {
  createPolledChanges,
  type PolledChanges,
  readPages,
  revocationMargin,
} from '@sealbearer/core/internal'
import type { Revocation, RevocationKind, RevocationStore } from '@sealbearer/core/stores'
import { at, type Engine, type Row, textOf } from './engine.js'
import { storedText, textOfStored } from './stored-text.js'

/** What has expired by the first argument is removed. */
const appendStatement = `SELECT {schema}.append_revocation(${at} - ${revocationMargin}, $3, $4, $5,
    greatest($6::double precision, ${at} + $7::double precision))`

/** A position is the id of an entry and its mark. If that entry no longer exists, all entries are read. */
const snapshotStatement = `WITH known AS (
    SELECT id FROM {schema}.revocations WHERE id = $1::bigint AND mark = $2::uuid
  ), entries AS (
    SELECT * FROM {schema}.revocations WHERE id > coalesce((SELECT id FROM known), 0)
      AND expires_at > coalesce($3::bigint, {schema}.clock()) - ${revocationMargin}
    ORDER BY id LIMIT $4::integer
  )
  SELECT CASE WHEN EXISTS (SELECT FROM known) THEN 'changes' ELSE 'complete' END AS outcome,
    coalesce((SELECT json_agg(e ORDER BY id) FROM entries e), '[]')::text AS entries,
    (SELECT id || '.' || mark FROM {schema}.revocations ORDER BY id DESC LIMIT 1) AS last`

const lastStatement = `SELECT coalesce(max(id)::text, '') AS last FROM {schema}.revocations`

/** The most entries of one statement. */
const pageSize = 10_000

/** Milliseconds between two polls for entries of other processes. */
const interval = 500

/** Revocations in one table. Each process reads what follows its position. */
export function createPostgresRevocations(
  engine: Engine,
  clock: () => number | null,
): RevocationStore & PolledChanges {
  const changes = createPolledChanges(async () => {
    const [row] = await engine.runAnyTime(lastStatement)
    return textOf(row, 'last')
  }, interval)

  return {
    async append({ kind, value, issuedUntil, expiresAt, lifetime = 0 }) {
      await engine.run(appendStatement, clock(), kind, storedText(value), issuedUntil, expiresAt, lifetime)
    },
    snapshot: (after) =>
      readPages(after, async (from = '') => {
        const [, id = null, mark = null] = /^(\d{1,18})\.([0-9a-f-]{36})$/.exec(from) ?? []
        const [row] = await engine.runAnyTime(snapshotStatement, id, mark, clock(), pageSize)
        const rows = entriesOf(row)
        const more = rows.length === pageSize
        const end = more ? positionOf(rows.at(-1)) : row?.['last']
        return {
          entries: rows.map(revocationOf),
          position: typeof end === 'string' ? end : from,
          complete: textOf(row, 'outcome') === 'complete',
          more,
        }
      }),
    ...changes,
  }
}

/** A row of the table, by the names of its columns. */
interface RevocationRow {
  readonly id: number
  readonly mark: string
  readonly kind: RevocationKind
  readonly value: string
  readonly issued_until: number | null
  readonly expires_at: number
}

// The statement returns rows of the table.
const entriesOf = (row: Row | undefined): readonly RevocationRow[] =>
  JSON.parse(textOf(row, 'entries')) as readonly RevocationRow[]

const positionOf = (row: RevocationRow | undefined): string | undefined => row && `${row.id}.${row.mark}`

const revocationOf = ({ kind, value, issued_until, expires_at }: RevocationRow): Revocation => ({
  kind,
  value: textOfStored(value),
  issuedUntil: issued_until,
  expiresAt: expires_at,
})
