import type { ReplayStore } from '@sealbearer/core/stores'
import { defineScript, type Engine } from './engine.js'

const claimScript = defineScript(`
local stored = redis.call('GET', key)
if stored then
  local version, ends = string.match(stored, '^(%d+) (%d+)$')
  if version ~= '1' then return { 'version' } end
  if now < tonumber(ends) then return { 'taken' } end
end
local rest = tonumber(ARGV[2])
redis.call('SET', key, '1 ' .. whole(now + rest), 'PX', whole(rest))
return { 'claimed' }
`)

const readScript = defineScript(`
local stored = redis.call('GET', key)
if not stored then return { 'free' } end
local version, ends = string.match(stored, '^(%d+) (%d+)$')
if version ~= '1' then return { 'version' } end
return { now < tonumber(ends) and 'taken' or 'free' }
`)

/** Values that may be used once, each under its own key. */
export function createRedisReplay(
  engine: Engine,
  prefix: string,
  clock: () => number | undefined,
): Required<ReplayStore> {
  const keyOf = (key: string): string => `${prefix}claim:${key}`
  return {
    async claim(key, seconds) {
      const milliseconds = String(Math.max(1, Math.ceil(seconds * 1000)))
      const [outcome] = await engine.run(claimScript, keyOf(key), clock(), milliseconds)
      return outcome === 'claimed'
    },
    async isClaimed(key) {
      const [outcome] = await engine.run(readScript, keyOf(key), clock())
      return outcome !== 'free'
    },
  }
}
