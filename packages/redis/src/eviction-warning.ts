import { warn } from '@sealbearer/core/internal'
import type { RedisCommand } from './command.js'

/** A client need not be connected yet; and where INFO is not allowed, it never will be. */
const mostAttempts = 3

/**
 * Warns where Redis removes keys to make room: sessions would end, and what was used once could be used again. It asks
 * at once, and where that fails, again beside later commands.
 */
export function checkingEviction(command: RedisCommand): RedisCommand {
  let attempts = 0
  let isDone = false

  async function check(): Promise<void> {
    if (isDone || attempts >= mostAttempts) return
    attempts++
    // Until it fails, no second one is needed.
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
