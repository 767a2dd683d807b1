import { defineScript, type Script } from './engine.js'

/** The keys of linked sessions are one JSON text, so that they are taken together. */
const common = `
local margin = 86400000
local known = '1'
local stored = redis.call('GET', key)
local linked = stored and cjson.decode(stored)
if linked and linked.version ~= known then return { 'version' } end
if linked and tonumber(linked.ends) <= now then linked = nil end
`

export const linkScript: Script = defineScript(`${common}
local session, lifetime, limit = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local sessions = linked and linked.sessions or {}
local ends = math.max(now + lifetime, linked and tonumber(linked.ends) or 0)
table.insert(sessions, session)
while #sessions > limit do table.remove(sessions, 1) end
local text = cjson.encode({ version = known, ends = whole(ends), sessions = sessions })
redis.call('SET', key, text, 'PX', whole(ends - now + margin))
return { 'linked' }
`)

export const readLinkedScript: Script = defineScript(`${common}
local reply = { 'read' }
for _, session in ipairs(linked and linked.sessions or {}) do table.insert(reply, session) end
return reply
`)

export const takeLinkedScript: Script = defineScript(`${common}
local reply = { 'taken' }
for _, session in ipairs(linked and linked.sessions or {}) do table.insert(reply, session) end
redis.call('DEL', key)
return reply
`)
