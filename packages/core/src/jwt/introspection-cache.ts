import { LRUCache } from 'lru-cache'
import { checkMembers, durationOption, entriesOption } from '../options.js'
import type { Duration } from '../time.js'

/** How long answers about tokens are believed. */
export interface IntrospectionCacheOptions {
  /** At most so long, and never beyond the token's `exp`. In this time, nobody learns of a revocation. */
  readonly maxAge: Duration
  /** Of accepted tokens, and of refused ones as many again. @default 10000 */
  readonly maxEntries?: number | undefined
}

/** What was answered about a token. */
interface Answer {
  readonly isActive: boolean
  /** Seconds since the epoch; `undefined` for a token without. */
  readonly exp: number | undefined
}

/** Remembers answers. */
interface IntrospectionCache<A extends Answer> {
  get(name: string): A | undefined
  keep(name: string, answer: A): void
}

/** Reads the option `cache`; without it, nothing is remembered. @throws {TypeError} */
export function introspectionCacheOption<A extends Answer>(
  options: IntrospectionCacheOptions | undefined,
  clock: () => number,
): IntrospectionCache<A> {
  if (options === undefined) return { get: () => undefined, keep: () => undefined }
  checkMembers('cache', options, ['maxAge', 'maxEntries'])
  const maxAge = durationOption('cache.maxAge', options.maxAge)
  if (!(maxAge > 0)) throw new TypeError("cache.maxAge: must be more than nothing, such as '30s'")
  const max = entriesOption('cache.maxEntries', options.maxEntries ?? 10_000)
  interface Kept {
    readonly answer: A
    readonly until: number
  }
  // Apart, so that invented tokens drive no real ones out.
  const caches = {
    active: new LRUCache<string, Kept>({ max }),
    inactive: new LRUCache<string, Kept>({ max }),
  }
  return {
    get(name) {
      const kept = caches.active.get(name) ?? caches.inactive.get(name)
      return kept !== undefined && clock() < kept.until ? kept.answer : undefined
    },
    keep(name, answer) {
      const until = Math.min(clock() + maxAge, answer.exp ?? Number.POSITIVE_INFINITY)
      caches[answer.isActive ? 'inactive' : 'active'].delete(name)
      caches[answer.isActive ? 'active' : 'inactive'].set(name, { answer, until })
    },
  }
}
