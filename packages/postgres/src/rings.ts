import { SealbearerError } from '@sealbearer/core'
import { maxStoredRing } from '@sealbearer/core/internal'
import type { KeyRingStore } from '@sealbearer/core/key-ring'
import { digestOf } from './digest.js'
import { type Engine, textOf } from './engine.js'

const loadStatement = `SELECT digest, CASE WHEN octet_length(content) <= ${maxStoredRing} THEN content END AS content
  FROM {schema}.rings WHERE name = 'ring'`

/** Saving the same text again succeeds: a client may repeat a statement whose result was lost. */
const saveStatement = `WITH replaced AS (
    UPDATE {schema}.rings SET content = $1, digest = $2 WHERE name = 'ring' AND digest IN ($2, $3) RETURNING 1
  ), added AS (
    INSERT INTO {schema}.rings SELECT 'ring', $2, $1 WHERE $3::text IS NULL ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT 'saved' AS outcome FROM replaced UNION ALL SELECT 'saved' FROM added`

/** One key ring. Its version is the digest of its text. */
export function createPostgresRings(engine: Engine): KeyRingStore {
  return {
    async load() {
      const [row] = await engine.runAnyTime(loadStatement)
      if (row === undefined) return undefined
      if (row['content'] === null) throw new SealbearerError('SB_RING_UNREADABLE', 'size')
      return { text: textOf(row, 'content'), version: textOf(row, 'digest') }
    },
    async save(text, replaces) {
      const version = digestOf(text)
      const rows = await engine.runAnyTime(saveStatement, text, version, replaces ?? null)
      return rows.length > 0 ? version : undefined
    },
  }
}
