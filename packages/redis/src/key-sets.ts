import type { KeySetStore, StoredKeySet } from '@sealbearer/core'
import { defineScript, type Engine } from './engine.js'

const common = `
local stored = redis.call('HMGET', key, 'version', 'loadedAt', 'text')
if stored[1] and stored[1] ~= '1' then return { 'version' } end
`

const loadScript = defineScript(`${common}
if not stored[1] then return { 'missing' } end
return { 'found', stored[3] }
`)

const saveScript = defineScript(`${common}
local text, loadedAt = ARGV[3], ARGV[4]
local kept = tonumber(stored[2] or 0)
-- A stored set with a time in the future is replaced: the clock that wrote it was wrong.
if kept > tonumber(loadedAt) and kept * 1000 <= now then return { 'older' } end
redis.call('HSET', key, 'version', '1', 'loadedAt', loadedAt, 'text', text)
return { 'saved' }
`)

/** The last valid key set of each URL. A set that was loaded earlier never replaces a later one. */
export function createRedisKeySets(
  engine: Engine,
  prefix: string,
  clock: () => number | undefined,
): KeySetStore {
  const keyOf = (url: string): string => `${prefix}keys:${url}`
  return {
    async load(url) {
      const [outcome, text] = await engine.run(loadScript, keyOf(url), clock())
      // Core validates it like a set that it has just fetched.
      return outcome === 'found' && text !== undefined ? (JSON.parse(text) as StoredKeySet) : undefined
    },
    async save(stored) {
      const text = JSON.stringify(stored)
      await engine.run(saveScript, keyOf(stored.url), clock(), text, String(stored.loadedAt))
    },
  }
}
