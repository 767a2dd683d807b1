import { SealbearerError } from '../errors.js'
import { createMemoryRings, type KeyRingStore, type StoredRing } from '../key-ring/store.js'
import { checkMembers, entriesOption, withDefault } from '../options.js'
import type { KeySetStore, StoredKeySet } from '../remote-keys/key-set-store.js'
import { type Clock, secondsClock } from '../time.js'
import { createExpiringMap } from './expiring-map.js'
import { createMemorySessions } from './memory-sessions.js'
import type { ReplayStore } from './replay-store.js'
import { type Revocation, type RevocationStore, revocationMargin } from './revocation-store.js'
import type { SessionStore } from './session-store.js'

/** Limits of an in-memory store. */
export interface MemoryStoreOptions {
  /**
   * Maximum number of subjects, links, revocations, claims and key sets, each. A new entry beyond that is rejected with
   * `SB_STORE_UNAVAILABLE`; existing entries are never evicted.
   *
   * @default 100_000
   */
  readonly maxEntries?: number
  /** Where time comes from; replace it in tests. @default the system clock */
  readonly now?: Clock
}

/** All store contracts combined. */
export interface MemoryStore extends SessionStore, RevocationStore, ReplayStore, KeyStore {}

/**
 * A store in the memory of one process, for development, tests and single-process deployments: its content is lost when
 * the process ends, and no other process sees it.
 *
 * @throws {TypeError} for an invalid option.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  checkMembers('createMemoryStore', options, ['maxEntries', 'now'])
  const maxEntries = entriesOption('maxEntries', withDefault(options.maxEntries, 100_000))
  const seconds = secondsClock(options.now)
  const clock = (): number => Math.round(seconds() * 1000)
  const store = Object.freeze({
    ...createMemorySessions(clock, maxEntries),
    ...createMemoryRevocations(clock, maxEntries),
    ...createMemoryReplay(clock, maxEntries),
    ...ringsAndKeySets(createMemoryRings(), createMemoryKeySets(clock, maxEntries)),
  })
  memoryStores.add(store)
  return store
}

const memoryStores = new WeakSet<object>()

/** Whether a store was made by `createMemoryStore`: no connection to it can be lost. */
export const isMemoryStore = (store: object): boolean => memoryStores.has(store)

/** Claims in the memory of one process: another process would grant them again. */
function createMemoryReplay(clock: () => number, maxEntries: number): Required<ReplayStore> {
  const claims = createExpiringMap<string, number>(maxEntries, (until) => until)
  return {
    async claim(key, seconds) {
      const now = clock()
      if (claims.get(key, now) !== undefined) return false
      claims.set(key, now + seconds * 1000, now)
      return true
    },
    isClaimed: async (key) => claims.get(key, clock()) !== undefined,
  }
}

/** The last good keys of remote sets, in the memory of one process. A set loaded earlier never replaces a later one. */
function createMemoryKeySets(clock: () => number, maxEntries: number): KeySetStore {
  const sets = createExpiringMap<string, StoredKeySet>(maxEntries, () => Number.POSITIVE_INFINITY)
  return {
    load: async (url) => sets.get(url, clock()),
    async save(stored) {
      const now = clock()
      const kept = sets.get(stored.url, now)
      // A time in the future comes from a wrong clock.
      const isLater = kept !== undefined && kept.loadedAt > stored.loadedAt && kept.loadedAt * 1000 <= now
      if (!isLater) sets.set(stored.url, stored, now)
    },
  }
}

interface Entry {
  readonly number: number
  readonly revocation: Revocation
}

/** Revocations in the memory of one process. */
function createMemoryRevocations(clock: () => number, maxEntries: number): RevocationStore {
  /** Distinguishes positions of this store from those of another. */
  const epoch = crypto.randomUUID()
  const listeners = new Set<() => void>()
  let entries: Entry[] = []
  let last = 0
  let sweepAt = 0

  function sweep(): void {
    const now = clock()
    removeExpired(now - revocationMargin)
    if (entries.length >= maxEntries) removeExpired(now)
    sweepAt = Math.min(2 * entries.length + 1024, maxEntries)
  }

  function removeExpired(by: number): void {
    entries = entries.filter(({ revocation }) => by < revocation.expiresAt)
  }

  return {
    async append(revocation) {
      if (entries.length >= sweepAt) sweep()
      if (entries.length >= maxEntries) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'maxEntries')
      const { lifetime = 0, ...entry } = revocation
      const expiresAt = Math.max(entry.expiresAt, clock() + lifetime)
      entries.push({ number: ++last, revocation: { ...entry, expiresAt } })
      for (const changed of listeners) changed()
    },
    async snapshot(after) {
      const [afterEpoch, number] = after?.split(':') ?? []
      const complete = afterEpoch !== epoch
      const from = complete ? 0 : entriesUpTo(entries, Number(number))
      return {
        entries: entries.slice(from).map(({ revocation }) => revocation),
        position: `${epoch}:${last}`,
        complete,
      }
    },
    subscribe(changed) {
      // Each call creates its own subscription, even for the same function.
      const listener = (): void => changed()
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Number of entries with a number of at most `number`. Numbers ascend, and usually only the latest are requested. */
function entriesUpTo(entries: readonly Entry[], number: number): number {
  let count = entries.length
  while (count > 0 && (entries[count - 1]?.number ?? 0) > number) count--
  return count
}

/**
 * One key ring, and the last good keys of remote sets, in one store: for `createKeyRing({ store })` and
 * `createRemoteKeySet(url, { store })`. A key set is loaded by its address, and saved as an object.
 */
export interface KeyStore {
  load(): Promise<StoredRing | undefined>
  load(url: string): Promise<StoredKeySet | undefined>
  save(text: string, replaces: string | undefined): Promise<string | undefined>
  save(stored: StoredKeySet): Promise<void>
}

/** Combines two stores whose methods have the same names. */
export function ringsAndKeySets(rings: KeyRingStore, keySets: KeySetStore): KeyStore {
  const store = {
    load: async (url?: string) => (url === undefined ? rings.load() : keySets.load(url)),
    save: async (stored: string | StoredKeySet, replaces?: string) =>
      typeof stored === 'string' ? rings.save(stored, replaces) : keySets.save(stored),
  }
  // The type of the result depends on the arguments, as declared by the overloads.
  return store as KeyStore
}
