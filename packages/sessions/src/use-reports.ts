import type { JwtClaims } from '@sealbearer/core'
import { withinTime } from '@sealbearer/core/internal'
import type { ReuseKind, SessionStore } from '@sealbearer/core/stores'
import { generationClaim } from './access-token.js'
import { dropOldest } from './drop-oldest.js'
import { sessionKey } from './refresh-token.js'

/** An access token of a session, as it was used. */
export interface SessionUse {
  readonly sid: string
  readonly generation: number
  readonly sub: string | undefined
}

/**
 * Reports the use of an access token to a store, if it has sessions.
 *
 * @param now Milliseconds since the epoch; `undefined` for the clock of the store.
 * @returns The kind of theft if the generation is displaced: the store has ended the session. `unknown` if it has none.
 */
export async function reportUse(
  store: Partial<SessionStore>,
  { sid, generation }: SessionUse,
  now: number | undefined,
): Promise<ReuseKind | 'unknown' | undefined> {
  const key = sessionKey(sid)
  if (key === undefined) return undefined
  const result = await store.markSeen?.({ ...key, generation, now })
  return result?.outcome === 'reuse' || result?.outcome === 'refused' ? result.kind : undefined
}

/** Reports the use of access tokens, each once. */
export interface UseReports {
  /** Records the use of a token with these claims, without waiting for the report. */
  note(claims: JwtClaims): void
}

const late = (): Error => new Error('the store is too slow')

/** Maximum number of pending reports. Beyond it, a use is reported when it occurs again. */
const maxPending = 1000

/**
 * @param report If it rejects, the next use is reported again.
 * @param maxEntries Maximum number of recorded sessions; others are reported again.
 * @param seconds Time limit of a report: one that never ends must not stay pending.
 */
export function createUseReports(
  report: (use: SessionUse) => Promise<void>,
  maxEntries: number,
  seconds = 5,
): UseReports {
  /** The newest generation of each session that was reported. */
  const newest = new Map<string, number>()
  /** Reported older generations, whose access tokens are still valid for some minutes. */
  const older = new Set<string>()
  let pending = 0

  function send(use: SessionUse, forget: () => void): void {
    pending++
    withinTime(seconds, late, () => report(use))
      .catch(forget)
      .finally(() => pending--)
  }

  return {
    note(claims) {
      const { sid, sub } = claims
      const generation = claims[generationClaim]
      if (typeof sid !== 'string' || typeof generation !== 'number') return
      const known = newest.get(sid)
      if (known === generation) return
      if (pending >= maxPending) return
      const use = { sid, generation, sub }
      if (known === undefined || generation > known) {
        newest.delete(sid)
        newest.set(sid, generation)
        dropOldest(newest, maxEntries)
        if (known !== undefined) older.add(`${sid}.${known}`)
        dropOldest(older, maxEntries)
        send(use, () => {
          if (newest.get(sid) === generation) newest.delete(sid)
          // A newer generation may have been noted meanwhile.
          older.delete(`${sid}.${generation}`)
        })
        return
      }
      const name = `${sid}.${generation}`
      if (older.has(name)) return
      older.add(name)
      dropOldest(older, maxEntries)
      send(use, () => void older.delete(name))
    },
  }
}
