import type { KeySetStore, StoredKeySet } from '@sealbearer/core'
import { digestOf } from './digest.js'
import { at, type Engine, textOf } from './engine.js'

const loadStatement = 'SELECT content FROM {schema}.key_sets WHERE url_digest = $1'

/** One of the future was loaded by a clock that is wrong. */
const saveStatement = `INSERT INTO {schema}.key_sets AS k VALUES ($2, $3, $4)
  ON CONFLICT (url_digest) DO UPDATE SET loaded_at = excluded.loaded_at, content = excluded.content
  WHERE k.loaded_at <= excluded.loaded_at OR k.loaded_at * 1000 > ${at}`

/** The last good key sets, one for each address. One that was loaded earlier never replaces a later one. */
export function createPostgresKeySets(engine: Engine, clock: () => number | null): KeySetStore {
  return {
    async load(url) {
      const [row] = await engine.run(loadStatement, digestOf(url))
      // Whatever it is, core checks it as if it had just been published.
      return row && (JSON.parse(textOf(row, 'content')) as StoredKeySet)
    },
    async save(stored) {
      const { url, loadedAt } = stored
      await engine.run(saveStatement, clock(), digestOf(url), loadedAt, JSON.stringify(stored))
    },
  }
}
