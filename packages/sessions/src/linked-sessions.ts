import type { SessionKey, SessionRecord } from '@sealbearer/core/stores'
import { dropOldest } from './drop-oldest.js'
import { endingAfterRevocation } from './end-session.js'
import type { SessionsPolicy } from './session-options.js'

/** Maximum number of provider sessions kept for another attempt to end their linked sessions. */
const maxUnended = 1000

/**
 * Creates a function that ends the sessions linked to one of a provider. The link is removed last, so that another
 * process finds what could not be ended. A store without `readLinked` removes the link first: what could not be ended is
 * then remembered for the next attempt in this process.
 */
export function createLinkedEnd(policy: SessionsPolicy): (issuer: string, sid: string) => Promise<number> {
  const { store, tokens } = policy
  const unended = new Map<string, readonly SessionKey[]>()

  return async (issuer, sid) => {
    const name = JSON.stringify([issuer, sid])
    const now = policy.storeNow()
    const links = await tokens.linksOf(issuer, sid)

    const read = await Promise.all(links.map(async (link) => store.readLinked?.({ link, now })))
    const known = read.flatMap((keys) => keys ?? [])
    const ended = await endLinked(policy, known, now, () => {})

    const taken = await Promise.all(links.map((link) => store.takeLinked({ link, now })))
    const isKnown = (key: SessionKey): boolean => known.some((one) => one.sid === key.sid)
    // With the sessions that started meanwhile.
    const rest = [...(unended.get(name) ?? []), ...taken.flat().filter((key) => !isKnown(key))]
    unended.delete(name)
    const last = await endLinked(policy, rest, now, (failed) => {
      unended.set(name, failed)
      dropOldest(unended, maxUnended)
    })
    return ended + last
  }
}

/** Ends sessions, each even if others fail. */
async function endLinked(
  policy: SessionsPolicy,
  keys: readonly SessionKey[],
  now: number | undefined,
  onFailed: (keys: readonly SessionKey[]) => void,
): Promise<number> {
  if (keys.length === 0) return 0
  const sids = keys.map(({ sid }) => sid)
  let failure: { readonly reason: unknown } | undefined
  const ended = await endingAfterRevocation(policy, sids, 'provider', async () => {
    const ends = await Promise.allSettled(keys.map((key) => policy.store.end({ ...key, now })))
    failure = ends.find((end) => end.status === 'rejected')
    if (failure !== undefined) onFailed(keys.filter((_, i) => ends[i]?.status === 'rejected'))
    return ends.flatMap((end): readonly SessionRecord[] =>
      end.status === 'fulfilled' && end.value !== undefined ? [end.value] : [],
    )
  })
  if (failure !== undefined) throw failure.reason
  return ended.length
}
