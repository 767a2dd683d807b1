import type { SessionKey } from '@sealbearer/core/stores'
import { dropOldest } from './drop-oldest.js'
import { announceEnds } from './end-session.js'
import type { SessionsPolicy } from './session-options.js'

/** How many sessions of providers are remembered whose linked sessions could not be ended. */
const maxUnended = 1000

/**
 * Creates a function that ends the sessions linked to one of a provider. The store removes the link before the sessions
 * end: those that could not be ended are remembered for the next attempt.
 */
export function createLinkedEnd(policy: SessionsPolicy): (issuer: string, sid: string) => Promise<number> {
  const unended = new Map<string, readonly SessionKey[]>()

  return async (issuer, sid) => {
    const { store, tokens } = policy
    const name = JSON.stringify([issuer, sid])
    const now = policy.storeNow()
    const links = await tokens.linksOf(issuer, sid)
    const taken = await Promise.all(links.map((link) => store.takeLinked({ link, now })))
    const keys = [...(unended.get(name) ?? []), ...taken.flat()]
    const ends = await Promise.allSettled(keys.map((key) => store.end({ ...key, now })))

    const failed = ends.find((end) => end.status === 'rejected')
    unended.delete(name)
    if (failed !== undefined) {
      unended.set(
        name,
        keys.filter((_, i) => ends[i]?.status === 'rejected'),
      )
      dropOldest(unended, maxUnended)
    }
    const records = ends.flatMap((end) => (end.status === 'fulfilled' && end.value) || [])
    await announceEnds(policy, records, 'provider')
    if (failed !== undefined) throw failed.reason
    return records.length
  }
}
