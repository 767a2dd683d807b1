import type { ReplayStore } from '@sealbearer/core/stores'
import { digestOf } from './digest.js'
import { at, type Engine } from './engine.js'

/** Each claim also removes two expired ones. */
const claimStatement = `WITH swept AS (
    DELETE FROM {schema}.claims WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM {schema}.claims WHERE ends_at <= ${at} AND key_digest <> $3 LIMIT 2 FOR UPDATE SKIP LOCKED
    ))
  )
  INSERT INTO {schema}.claims AS c VALUES ($3, ${at} + $4::bigint)
  ON CONFLICT (key_digest) DO UPDATE SET ends_at = excluded.ends_at WHERE c.ends_at <= ${at}
  RETURNING 'claimed' AS outcome`

const readStatement = `SELECT 'claimed' AS outcome FROM {schema}.claims WHERE key_digest = $3 AND ends_at > ${at}`

/** Values that may be used once, each under the digest of its key. */
export function createPostgresReplay(engine: Engine, clock: () => number | null): Required<ReplayStore> {
  return {
    async claim(key, seconds) {
      const milliseconds = Math.max(1, Math.ceil(seconds * 1000))
      const rows = await engine.run(claimStatement, clock(), digestOf(key), milliseconds)
      return rows.length === 1
    },
    async isClaimed(key) {
      const rows = await engine.run(readStatement, clock(), digestOf(key))
      return rows.length > 0
    },
  }
}
