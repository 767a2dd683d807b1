import type { KeyRingStore, StoredRing } from '../key-ring/store.js'
import type { KeySetStore, StoredKeySet } from '../remote-keys/key-set-store.js'

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
