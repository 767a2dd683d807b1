import { SealbearerError } from '../errors.js'

/** Smaller maps are swept only when they are full, and then without a pause: it costs little. */
const minSwept = 1024

/** Milliseconds between two sweeps of a full map: each looks at every entry. */
const pause = 1000

/** Entries that expire, bounded in number. */
interface ExpiringMap<K, V> {
  get(key: K, now: number): V | undefined
  /** @throws {SealbearerError} `SB_STORE_UNAVAILABLE` for a new key if the map is full. */
  set(key: K, value: V, now: number): void
  delete(key: K): void
  /** Number of entries, including expired ones. */
  readonly size: number
}

/**
 * A map whose expired entries are removed occasionally, at a constant cost for each new one. Valid entries are never
 * evicted: losing a session or a claim early would be a security hole.
 *
 * @param endOf When an entry expires, in milliseconds.
 * @param spare Milliseconds before that from which on it may be removed if the map is full.
 */
export function createExpiringMap<K, V>(
  maxEntries: number,
  endOf: (value: V) => number,
  spare = 0,
): ExpiringMap<K, V> {
  const entries = new Map<K, V>()
  let sweepAt = Math.min(minSwept, maxEntries)
  let sweptAt: number | undefined

  function removeEnded(by: number): void {
    for (const [key, value] of entries) if (by >= endOf(value)) entries.delete(key)
  }

  function sweep(now: number): void {
    const isSweptNow = sweptAt !== undefined && Math.abs(now - sweptAt) < pause
    if (isSweptNow && entries.size > minSwept) return
    sweptAt = now
    removeEnded(now)
    if (spare > 0 && entries.size >= maxEntries) removeEnded(now + spare)
    sweepAt = Math.min(Math.max(2 * entries.size, minSwept), maxEntries)
  }

  return {
    get(key, now) {
      const value = entries.get(key)
      return value === undefined || now >= endOf(value) ? undefined : value
    },
    set(key, value, now) {
      if (!entries.has(key)) {
        if (entries.size >= sweepAt) sweep(now)
        if (entries.size >= maxEntries) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'maxEntries')
      }
      entries.set(key, value)
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size
    },
  }
}
