import { deepStrictEqual, strictEqual } from 'node:assert'
import { setTimeout } from 'node:timers/promises'
import type { ReplayStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'

const newKey = (): string => `check-${crypto.randomUUID()}`

export const replayChecks: readonly StoreCheck<ReplayStore>[] = [
  {
    title: 'a key can be claimed once',
    async run(store) {
      const key = newKey()
      const claims = [await store().claim(key, 60), await store().claim(key, 60), await store().claim(key, 1)]
      deepStrictEqual(claims, [true, false, false])
    },
  },
  {
    title: 'of fifty concurrent claims of a key, one succeeds',
    async run(store) {
      const key = newKey()
      const claims = await Promise.all(Array.from({ length: 50 }, () => store().claim(key, 60)))
      strictEqual(claims.filter(Boolean).length, 1)
    },
  },
  {
    title: 'isClaimed, if the store has it, returns whether a key is claimed, and claims nothing',
    async run(store) {
      const [key, short] = [newKey(), newKey()]
      if (store().isClaimed === undefined) return
      const isClaimed = async (asked: string): Promise<boolean | undefined> => store().isClaimed?.(asked)
      deepStrictEqual([await isClaimed(key), await isClaimed(key)], [false, false])
      deepStrictEqual([await store().claim(key, 60), await store().claim(short, 1)], [true, true])
      deepStrictEqual([await isClaimed(key), await isClaimed(`${key} `)], [true, false])
      await setTimeout(2100)
      deepStrictEqual([await isClaimed(key), await isClaimed(short)], [true, false])
    },
  },
  {
    title: 'claims of similar keys are independent',
    async run(store) {
      const key = newKey()
      const endings = ['', ' ', ':', '{a}', '\u00e9', 'e\u0301', `'"\\`]
      const keys = [...endings.map((ending) => key + ending), key.toUpperCase()]
      for (const each of keys) strictEqual(await store().claim(each, 60), true, JSON.stringify(each))
      for (const each of keys) strictEqual(await store().claim(each, 60), false, JSON.stringify(each))
    },
  },
  {
    title: 'claim accepts a key of 1,000 characters',
    async run(store) {
      const key = newKey().padEnd(1000, 'x')
      deepStrictEqual([await store().claim(key, 60), await store().claim(`${key}y`, 60)], [true, true])
      strictEqual(await store().claim(key, 60), false)
    },
  },
  {
    title: 'a claim ends after its seconds, and a second claim does not change that',
    async run(store) {
      const [short, long] = [newKey(), newKey()]
      deepStrictEqual([await store().claim(short, 1), await store().claim(long, 60)], [true, true])
      deepStrictEqual([await store().claim(short, 60), await store().claim(long, 1)], [false, false])
      await setTimeout(2100)
      deepStrictEqual([await store().claim(short, 60), await store().claim(long, 60)], [true, false])
    },
  },
]
