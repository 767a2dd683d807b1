import { deepStrictEqual, strictEqual } from 'node:assert'
import type { StoredKeySet } from '@sealbearer/core'
import type { KeyStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'

function keySet(change: Partial<StoredKeySet> = {}): StoredKeySet {
  const url = `https://issuer.example.com/${crypto.randomUUID()}?é={a}`
  const keys = [{ kty: 'oct', kid: `' " \\ 😀`, x5c: [] }]
  return { url, loadedAt: Date.now() / 1000 - 60, freshFor: 300.5, keys, ...change }
}

export const keySetChecks: readonly StoreCheck<KeyStore>[] = [
  {
    title: 'a key set is loaded as it was saved, by its URL',
    async run(store) {
      if (await hasOnlyRing(store())) return
      const [a, b] = [keySet(), keySet()]
      strictEqual(await store().load(a.url), undefined)
      await store().save(a)
      deepStrictEqual([await store().load(a.url), await store().load(b.url)], [a, undefined])
      await store().save(b)
      deepStrictEqual([await store().load(a.url), await store().load(b.url)], [a, b])
    },
  },
  {
    title: 'a key set that was loaded earlier does not replace a later one',
    async run(store) {
      if (await hasOnlyRing(store())) return
      const first = keySet()
      const later = { ...first, loadedAt: first.loadedAt + 1, keys: [] }
      for (const set of [first, later, first]) await store().save(set)
      deepStrictEqual(await store().load(first.url), later)
    },
  },
]

/** A store for a key ring alone has the same methods, and ignores the URL. */
async function hasOnlyRing(store: KeyStore): Promise<boolean> {
  return (await store.load(keySet().url)) !== undefined
}
