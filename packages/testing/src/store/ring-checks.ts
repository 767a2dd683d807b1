import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert'
import type { KeyRingStore, StoredRing } from '@sealbearer/core/key-ring'
import type { StoreCheck } from './check.js'

const begin = 'a ring of checkStore '

const ringText = (): string => `${begin}${crypto.randomUUID()} ' " \\ é 😀 ${'x'.repeat(50_000)}`

/** Whether these checks have written a ring: they change no other. */
const mayReplace = (stored: StoredRing | undefined): boolean =>
  stored === undefined || stored.text.startsWith(begin)

export const ringChecks: readonly StoreCheck<KeyRingStore>[] = [
  {
    title: 'a ring replaces the current version, and no other',
    async run(store) {
      const before = await store().load()
      strictEqual(await store().save(ringText(), crypto.randomUUID()), undefined)
      if (before !== undefined) strictEqual(await store().save(ringText(), undefined), undefined)
      deepStrictEqual(await store().load(), before)
      if (!mayReplace(before)) return

      const [first, second] = [ringText(), ringText()]
      const version = await store().save(first, before?.version)
      ok(version !== undefined)
      deepStrictEqual(await store().load(), { text: first, version })
      const next = await store().save(second, version)
      ok(next !== undefined)
      notStrictEqual(next, version)
      strictEqual(await store().save(ringText(), version), undefined)
      deepStrictEqual(await store().load(), { text: second, version: next })
    },
  },
  {
    title: 'of ten concurrent saves over one version, one succeeds',
    async run(store) {
      const before = await store().load()
      if (!mayReplace(before)) return
      const texts = Array.from({ length: 10 }, ringText)
      const versions = await Promise.all(texts.map((text) => store().save(text, before?.version)))
      const saved = versions.flatMap((version, i) =>
        version === undefined ? [] : [{ text: texts[i], version }],
      )
      strictEqual(saved.length, 1)
      deepStrictEqual(await store().load(), saved[0])
    },
  },
]
