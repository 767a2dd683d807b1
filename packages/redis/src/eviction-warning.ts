import { warn } from '@sealbearer/core/internal'
import type { RedisCommand } from './command.js'

/** Policies that drop no key before its time. */
const safe = 'noeviction'

/** Warns where Redis removes keys to make room: sessions would end, and what was used once could be used again. */
export async function warnOfEviction(command: RedisCommand): Promise<void> {
  const info = String(await command(['INFO', 'memory']))
  const policy = /^maxmemory_policy:([\w-]+)/m.exec(info)?.[1]
  if (policy === undefined || policy === safe) return
  warn(
    `Redis evicts keys when its memory is full (maxmemory-policy ${policy}): sessions, revocations and key rings would vanish; set maxmemory-policy noeviction, or use another instance`,
    'SB_STORE_EVICTS',
  )
}
