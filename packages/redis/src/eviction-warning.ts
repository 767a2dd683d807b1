import { warn } from '@sealbearer/core/internal'
import type { RedisCommand } from './command.js'

/** A client may not be connected yet; if INFO is not allowed, no attempt succeeds. */
const maxAttempts = 3

/**
 * Warns if Redis may evict keys: sessions would end, and replays would be accepted. Checks immediately, and if
 * that fails, again with later commands.
 */
export function warnOnEviction(command: RedisCommand): RedisCommand {
  let attempts = 0
  let isDone = false

  async function check(): Promise<void> {
    if (isDone || attempts >= maxAttempts) return
    attempts++
    // Set before the reply, so that no second check runs beside this one.
    isDone = true
    try {
      warnOf(String(await command(['INFO', 'memory'])))
    } catch {
      isDone = false
    }
  }

  void check()
  return async (words) => {
    const reply = await command(words)
    void check()
    return reply
  }
}

function warnOf(info: string): void {
  const policy = /^maxmemory_policy:([\w-]+)/m.exec(info)?.[1]
  if (policy === undefined || policy === 'noeviction') return
  warn(
    `Redis evicts keys when its memory is full (maxmemory-policy ${policy}): sessions, revocations and key rings would vanish; set maxmemory-policy noeviction, or use another instance`,
    'SB_STORE_EVICTS',
  )
}
