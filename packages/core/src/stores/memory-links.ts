import { createExpiringMap } from './expiring-map.js'
import type { SessionKey, SessionStore } from './session-store.js'

interface Linked {
  readonly keys: readonly SessionKey[]
  readonly until: number
}

/** Which sessions end together with a provider's session. */
export function createMemoryLinks(
  clock: () => number,
  maxEntries: number,
): Pick<SessionStore, 'link' | 'takeLinked'> {
  const links = createExpiringMap<string, Linked>(maxEntries, ({ until }) => until)
  return {
    async link({ link, subject, sid, lifetime, limit, now = clock() }) {
      const linked = links.get(link, now)
      const keys = [...(linked?.keys ?? []), { subject, sid }].slice(-limit)
      links.set(link, { keys, until: Math.max(now + lifetime, linked?.until ?? 0) }, now)
    },
    async takeLinked({ link, now = clock() }) {
      const keys = links.get(link, now)?.keys ?? []
      links.delete(link)
      return keys
    },
  }
}
