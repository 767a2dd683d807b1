import { defineScript, type Script } from './engine.js'

/*
 * The sessions of a subject are the fields of one hash. A session is a JSON object whose numbers are text: Lua would
 * write large ones with an exponent. `confirmation` begins with `+`, or is `-` for none, since Lua knows no null.
 */

/** The margin keeps sessions when a clock is set back by some hours. */
const common = `
local margin = 86400000
local known = '1'

local function living(stored)
  if not stored then return nil end
  local record = cjson.decode(stored)
  local ends = tonumber(record.validUntil)
  if ends and ends <= now then return nil end
  return record
end

local function write(record)
  redis.call('HSET', key, record.sid, cjson.encode(record))
  local rest = tonumber(record.validUntil) - now + margin
  if redis.call('PTTL', key) < rest then redis.call('PEXPIRE', key, whole(rest)) end
end

local function sessions()
  local stored = redis.call('HGETALL', key)
  local i = -1
  return function()
    i = i + 2
    while stored[i] do
      local record = living(stored[i + 1])
      if record then return stored[i], record, stored[i + 1] end
      i = i + 2
    end
  end
end
`

/** For operations on one session, whose `sid` is the first argument. */
const one = `${common}
local sid = ARGV[3]
local stored = redis.call('HGET', key, sid)
local record = living(stored)
if record and record.version ~= known then return { 'version' } end
`

export const createScript: Script = defineScript(`${common}
local record = cjson.decode(ARGV[3])
local lifetime, idle, limit = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local existing = redis.call('HGET', key, record.sid)
local alive = living(existing)
if alive then
  -- Some clients send a command again when a connection was lost before its reply: that is the same call.
  if alive.version == known and alive.call == ARGV[7] then return { 'created', existing } end
  return { 'taken' }
end
record.call = ARGV[7]
local others = {}
local stored = redis.call('HGETALL', key)
for i = 1, #stored, 2 do
  local other, text = cjson.decode(stored[i + 1]), stored[i + 1]
  if other.version == known then
    local ends = tonumber(other.validUntil)
    if now < ends then
      table.insert(others, { sid = other.sid, renewedAt = tonumber(other.renewedAt), text = text })
    elseif ends + margin <= now then
      -- Else a subject who logs in again and again would keep every session that has ever expired.
      redis.call('HDEL', key, stored[i])
    end
  end
end
table.sort(others, function(a, b) return a.renewedAt > b.renewedAt end)
record.rotatedAt, record.startedAt, record.renewedAt = whole(now), whole(now), whole(now)
record.expiresAt = whole(now + lifetime)
record.validUntil = whole(now + math.min(lifetime, idle))
write(record)
local reply = { 'created', redis.call('HGET', key, record.sid) }
for i = limit, #others do
  redis.call('HDEL', key, others[i].sid)
  table.insert(reply, others[i].text)
end
return reply
`)

export const readScript: Script = defineScript(`${one}
if not record then return { 'unknown' } end
return { 'found', stored }
`)

/** The rule of `rotate` in core. */
export const rotateScript: Script = defineScript(`${one}
local generation, secretHash, confirmation = tonumber(ARGV[4]), ARGV[5], ARGV[6]
local window, idle = tonumber(ARGV[7]), tonumber(ARGV[8])
if not record or record.secretHash ~= secretHash then return { 'refused', 'unknown' } end
if record.confirmation ~= confirmation then return { 'refused', 'confirmation' } end

local current, previous = tonumber(record.current), tonumber(record.previous)
local function renew(outcome)
  record.renewedAt = whole(now)
  record.validUntil = whole(math.min(tonumber(record.expiresAt), now + idle))
  if outcome ~= 'kept' then
    record.current, record.rotatedAt, record.seen = whole(current + 1), whole(now), false
  end
  write(record)
  return { outcome, redis.call('HGET', key, sid) }
end

if generation == current then
  if confirmation ~= '-' then return renew('kept') end
  record.previous = record.current
  return renew('renewed')
end
if generation == previous then
  if math.abs(now - tonumber(record.rotatedAt)) <= window then return { 'repeated', stored } end
  if not record.seen then return renew('displaced') end
end
redis.call('HDEL', key, sid)
local kind = generation > current and 'ahead' or generation > previous and 'displaced' or 'replayed'
return { 'reuse', stored, kind }
`)

/** The rule of `use` in core. */
export const markSeenScript: Script = defineScript(`${one}
local generation = tonumber(ARGV[4])
if not record then return { 'refused', 'unknown' } end
local current, previous = tonumber(record.current), tonumber(record.previous)
if generation > previous and generation < current then
  redis.call('HDEL', key, sid)
  return { 'reuse', stored, 'displaced' }
end
if generation ~= current or record.seen then return { 'ignored', stored } end
record.seen = true
write(record)
return { 'seen', redis.call('HGET', key, sid) }
`)

/** Also removes one that has ended: it must not come back when the clock is set back. */
export const endScript: Script = defineScript(`${one}
local found = stored and cjson.decode(stored)
if not found or found.version ~= known or (ARGV[4] and found.secretHash ~= ARGV[4]) then return { 'unknown' } end
redis.call('HDEL', key, sid)
if not record then return { 'unknown' } end
return { 'ended', stored }
`)

/** Also removes those that have ended, as `endScript` does. */
export const endAllScript: Script = defineScript(`${common}
local ended, texts = {}, { 'ended' }
local stored = redis.call('HGETALL', key)
for i = 1, #stored, 2 do
  local sid, text = stored[i], stored[i + 1]
  local isAlive, isKnown = living(text) ~= nil, cjson.decode(text).version == known
  if sid ~= ARGV[3] then
    if isAlive and not isKnown then return { 'version' } end
    if isKnown then table.insert(ended, sid) end
    if isAlive then table.insert(texts, text) end
  end
end
for _, sid in ipairs(ended) do redis.call('HDEL', key, sid) end
return texts
`)

export const listScript: Script = defineScript(`${common}
local texts = { 'found' }
for _, record, text in sessions() do
  if record.version ~= known then return { 'version' } end
  table.insert(texts, text)
end
return texts
`)
