import { randomBytes } from 'node:crypto'
import type { ReplayStore } from '@sealbearer/core/stores'
import { defineScript, type Engine } from './engine.js'

const claimScript = defineScript(`
local stored = redis.call('GET', key)
if stored then
  local version, ends, id = string.match(stored, '^(%d+) (%d+) (%S+)$')
  if version ~= '1' then return { 'version' } end
  if now < tonumber(ends) then return { id == ARGV[4] and 'claimed' or 'taken' } end
end
local rest = tonumber(ARGV[3])
redis.call('SET', key, '1 ' .. whole(now + rest) .. ' ' .. ARGV[4], 'PX', whole(rest))
return { 'claimed' }
`)

const readScript = defineScript(`
local stored = redis.call('GET', key)
if not stored then return { 'free' } end
local version, ends = string.match(stored, '^(%d+) (%d+) %S+$')
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
      // Some clients send a command again when a connection was lost before its reply: that is the same claim.
      const id = randomBytes(9).toString('base64url')
      const [outcome] = await engine.run(claimScript, keyOf(key), clock(), milliseconds, id)
      return outcome === 'claimed'
    },
    async isClaimed(key) {
      const [outcome] = await engine.run(readScript, keyOf(key), clock())
      return outcome !== 'free'
    },
  }
}
