import { createMemoryRings } from '../key-ring/store.js'
import { checkMembers, entriesOption } from '../options.js'
import { type Clock, secondsClock } from '../time.js'
import { type KeyStore, ringsAndKeySets } from './key-store.js'
import { createMemoryKeySets } from './memory-key-sets.js'
import { createMemoryReplay } from './memory-replay.js'
import { createMemoryRevocations } from './memory-revocations.js'
import { createMemorySessions } from './memory-sessions.js'
import type { ReplayStore } from './replay-store.js'
import type { RevocationStore } from './revocation-store.js'
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
  const maxEntries = entriesOption('maxEntries', options.maxEntries ?? 100_000)
  const seconds = secondsClock(options.now)
  const clock = (): number => Math.round(seconds() * 1000)
  return Object.freeze({
    ...createMemorySessions(clock, maxEntries),
    ...createMemoryRevocations(clock, maxEntries),
    ...createMemoryReplay(clock, maxEntries),
    ...ringsAndKeySets(createMemoryRings(), createMemoryKeySets(clock, maxEntries)),
  })
}
