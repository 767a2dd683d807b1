import type { JwtClaims } from '@sealbearer/core'
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

/** How many reports may be on their way. Later uses are reported when they happen again. */
const maxUnderWay = 1000

/**
 * @param report Rejects when the report did not arrive: then the next use is reported again.
 * @param maxEntries How many sessions are remembered. Those forgotten are reported once more.
 */
export function createUseReports(report: (use: SessionUse) => Promise<void>, maxEntries: number): UseReports {
  /** The newest generation of each session that was reported. */
  const newest = new Map<string, number>()
  /** Older ones, which clients may use for some minutes yet. */
  const older = new Set<string>()
  let underWay = 0

  function send(use: SessionUse, forget: () => void): void {
    underWay++
    report(use)
      .catch(forget)
      .finally(() => underWay--)
  }

  return {
    note(claims) {
      const { sid } = claims
      const generation = claims[generationClaim]
      if (typeof sid !== 'string' || typeof generation !== 'number') return
      const known = newest.get(sid)
      if (known === generation) return
      if (underWay >= maxUnderWay) return
      const use = { sid, generation }
      if (known === undefined || generation > known) {
        newest.delete(sid)
        newest.set(sid, generation)
        dropOldest(newest, maxEntries)
        if (known !== undefined) older.add(`${sid}.${known}`)
        dropOldest(older, maxEntries)
        send(use, () => void (newest.get(sid) === generation && newest.delete(sid)))
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
