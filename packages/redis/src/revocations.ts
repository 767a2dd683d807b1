import { SealbearerError } from '@sealbearer/core'
import {
  createPolledChanges,
  type PolledChanges,
  readPages,
  revocationMargin,
} from '@sealbearer/core/internal'
import type { Revocation, RevocationKind, RevocationStore } from '@sealbearer/core/stores'
import { defineScript, type Engine } from './engine.js'

/** The most entries of one reply: a script blocks all other clients. */
const pageSize = 1000

/** Milliseconds between two polls for entries of other processes. */
const interval = 250

/** The id of the last entry, even if that has been removed. */
const lastId = `
local last = '0-0'
if redis.call('EXISTS', key) == 1 then
  local info = redis.call('XINFO', 'STREAM', key)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then last = info[i + 1] end
  end
end
`

const lastScript = defineScript(`${lastId}
return { last }
`)

/**
 * Removes a few entries that have expired, the oldest first. One that matters for longer than a day is moved to the end:
 * a few of them would otherwise keep all later ones.
 */
const appendScript = defineScript(`
local day = 86400000
local expiresAt = math.max(tonumber(ARGV[6]), now + tonumber(ARGV[7]))
redis.call('XADD', key, '*', 'version', '1', 'kind', ARGV[3], 'value', ARGV[4], 'issuedUntil', ARGV[5], 'expiresAt', whole(expiresAt))
for _, entry in ipairs(redis.call('XRANGE', key, '-', '+', 'COUNT', 16)) do
  local id, fields = entry[1], entry[2]
  if fields[2] ~= '1' then break end
  local isExpired = tonumber(fields[10]) <= now - ${revocationMargin}
  local isOld = tonumber(string.match(id, '^%d+')) <= redisNow - day
  if isOld and not isExpired then redis.call('XADD', key, '*', unpack(fields)) end
  if isOld or isExpired then redis.call('XDEL', key, id) end
end
local rest = expiresAt - now + day
if redis.call('PTTL', key) < rest then redis.call('PEXPIRE', key, whole(rest)) end
return { 'appended' }
`)

/**
 * A position is the id of an entry. If it is neither the last one nor in the stream, the stream may be another one: it
 * was emptied, or a replica without it was promoted. Then all entries are read.
 */
const snapshotScript = defineScript(`${lastId}
local after, count = ARGV[3], tonumber(ARGV[4])
local isKnown = after ~= '' and (after == last or #redis.call('XRANGE', key, after, after) == 1)
local entries = redis.call('XRANGE', key, isKnown and '(' .. after or '-', '+', 'COUNT', count)
local hasMore = #entries == count
local reply = { isKnown and 'changes' or 'complete', hasMore and 'more' or 'end', hasMore and entries[count][1] or last }
for _, entry in ipairs(entries) do
  local fields = entry[2]
  if fields[2] ~= '1' then return { 'version' } end
  if now < tonumber(fields[10]) + ${revocationMargin} then
    for i = 4, 10, 2 do table.insert(reply, fields[i]) end
  end
end
return reply
`)

/** Revocations in one stream. Each process reads what follows its position. */
export function createRedisRevocations(
  engine: Engine,
  prefix: string,
  clock: () => number | undefined,
): RevocationStore & PolledChanges {
  const key = `${prefix}revocations`
  const changes = createPolledChanges(async () => {
    const [last = ''] = await engine.run(lastScript, key, undefined)
    return last
  }, interval)

  return {
    async append({ kind, value, issuedUntil, expiresAt, lifetime = 0 }) {
      const until = issuedUntil === null ? '-' : String(issuedUntil)
      const times = [expiresAt, lifetime].map((time) => String(Math.ceil(time)))
      await engine.run(appendScript, key, clock(), kind, value, until, ...times)
    },
    snapshot: (after) =>
      readPages(after, async (from = '') => {
        const position = /^\d+-\d+$/.test(from) ? from : ''
        const reply = await engine.run(snapshotScript, key, clock(), position, String(pageSize))
        const [outcome, rest, end = '', ...fields] = reply
        return {
          entries: revocationsOf(fields),
          position: end,
          complete: outcome === 'complete',
          more: rest === 'more',
        }
      }),
    ...changes,
  }
}

function revocationsOf(fields: readonly string[]): Revocation[] {
  return Array.from({ length: fields.length / 4 }, (_, i) => {
    const [kind, value, until, expiresAt] = fields.slice(4 * i, 4 * i + 4)
    if (value === undefined) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'reply')
    return {
      // Only `append` writes entries of this version.
      kind: kind as RevocationKind,
      value,
      issuedUntil: until === '-' ? null : Number(until),
      expiresAt: Number(expiresAt),
    }
  })
}
