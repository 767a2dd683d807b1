import type { KeySetStore, StoredKeySet } from '@sealbearer/core'
import { digestOf } from './digest.js'
import { at, type Engine, textOf } from './engine.js'

const loadStatement = 'SELECT content FROM {schema}.key_sets WHERE url_digest = $1'

/** A stored set with a time in the future is replaced: the clock that wrote it was wrong. */
const saveStatement = `INSERT INTO {schema}.key_sets AS k VALUES ($3, $4, $5)
  ON CONFLICT (url_digest) DO UPDATE SET loaded_at = excluded.loaded_at, content = excluded.content
  WHERE k.loaded_at <= excluded.loaded_at OR k.loaded_at * 1000 > ${at}`

/** The last valid key set of each URL. A set that was loaded earlier never replaces a later one. */
export function createPostgresKeySets(engine: Engine, clock: () => number | null): KeySetStore {
  return {
    async load(url) {
      const [row] = await engine.runAnyTime(loadStatement, digestOf(url))
      // Core validates it like a set that it has just fetched.
      return row && (JSON.parse(textOf(row, 'content')) as StoredKeySet)
    },
    async save(stored) {
      const { url, loadedAt } = stored
      await engine.run(saveStatement, clock(), digestOf(url), loadedAt, JSON.stringify(stored))
    },
  }
}
