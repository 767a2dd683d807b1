import type { JwtClaims } from '@sealbearer/core'
import { withinTime } from '@sealbearer/core/internal'
import { generationClaim } from './access-token.js'
import { dropOldest } from './drop-oldest.js'

/** An access token of a session, as it was used. */
export interface SessionUse {
  readonly sid: string
  readonly generation: number
}

/** Reports which access tokens are used, each once. */
export interface UseReports {
  /** Notes the use of a token with these claims; the report is not waited for. */
  note(claims: JwtClaims): void
}

const late = (): Error => new Error('the store is too slow')

/** How many reports may be pending. Beyond it, a use is reported when it happens again. */
const maxPending = 1000

/**
 * @param report If it rejects, the next use is reported again.
 * @param maxEntries How many sessions are remembered. Those forgotten are reported once more.
 * @param seconds How long a report may take: one that never ends must not count as pending until the process ends.
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
      const { sid } = claims
      const generation = claims[generationClaim]
      if (typeof sid !== 'string' || typeof generation !== 'number') return
      const known = newest.get(sid)
      if (known === generation) return
      if (pending >= maxPending) return
      const use = { sid, generation }
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
