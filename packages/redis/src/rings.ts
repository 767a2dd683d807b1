import { createHash } from 'node:crypto'
import { SealbearerError } from '@sealbearer/core'
import { maxStoredRing } from '@sealbearer/core/internal'
import type { KeyRingStore } from '@sealbearer/core/key-ring'
import { defineScript, type Engine } from './engine.js'

const common = `
local stored = redis.call('HMGET', key, 'version', 'digest')
if stored[1] and stored[1] ~= '1' then return { 'version' } end
`

const loadScript = defineScript(`${common}
if not stored[1] then return { 'missing' } end
if redis.call('HSTRLEN', key, 'text') > tonumber(ARGV[3]) then return { 'large' } end
return { 'found', stored[2], redis.call('HGET', key, 'text') }
`)

const saveScript = defineScript(`${common}
local text, digest, replaces = ARGV[3], ARGV[4], ARGV[5]
-- Saving the same text again succeeds: a client may repeat a command whose reply was lost.
if stored[2] == digest then return { 'saved' } end
if (stored[2] or nil) ~= replaces then return { 'changed' } end
redis.call('HSET', key, 'version', '1', 'digest', digest, 'text', text)
return { 'saved' }
`)

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** One key ring. Its version is the digest of its text. */
export function createRedisRings(engine: Engine, prefix: string): KeyRingStore {
  const key = `${prefix}ring`
  return {
    async load() {
      const [outcome, version, text] = await engine.run(loadScript, key, undefined, String(maxStoredRing))
      if (outcome === 'large') throw new SealbearerError('SB_RING_UNREADABLE', 'size')
      if (outcome !== 'found') return undefined
      if (version === undefined || text === undefined)
        throw new SealbearerError('SB_STORE_UNAVAILABLE', 'reply')
      return { text, version }
    },
    async save(text, replaces) {
      const version = digestOf(text)
      const condition = replaces === undefined ? [] : [replaces]
      const [outcome] = await engine.run(saveScript, key, undefined, text, version, ...condition)
      return outcome === 'saved' ? version : undefined
    },
  }
}
