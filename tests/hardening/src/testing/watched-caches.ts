import type * as lruCache from 'lru-cache'

/** What an LRUCache says of itself. */
interface Accounts {
  readonly size: number
  readonly calculatedSize: number
  readonly max: number
}

/** Every cache that was made since this was last emptied. */
export const watchedCaches: Accounts[] = []

/** For `vi.mock('lru-cache', …)`: the real one, whose accounts can be read in {@link watchedCaches}. */
export async function watchCaches(original: () => Promise<typeof lruCache>): Promise<object> {
  const { LRUCache } = await original()
  class Watched<K extends {}, V extends {}> extends LRUCache<K, V> {
    constructor(options: ConstructorParameters<typeof LRUCache<K, V>>[0]) {
      super(options)
      watchedCaches.push(this)
    }
  }
  return { LRUCache: Watched }
}
