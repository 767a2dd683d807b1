import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import type { Revocation, RevocationStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'
import { characters } from './creation-checks.js'

const entry = (change: Partial<Revocation> = {}): Revocation => ({
  kind: 'sid',
  value: crypto.randomUUID(),
  issuedUntil: null,
  expiresAt: Date.now() + 60_000,
  ...change,
})

/** The entries of a check: others may write to the same store. */
const own = (all: readonly Revocation[], made: readonly Revocation[]): readonly Revocation[] =>
  all.filter(({ value }) => made.some((revocation) => revocation.value === value))

export const revocationChecks: readonly StoreCheck<RevocationStore>[] = [
  {
    title: 'snapshot returns every entry as it was appended, in order',
    async run(store) {
      const value = `user ' " \\ é 😀 {a}:b ${crypto.randomUUID()}`
      const made = [
        entry(),
        entry({ kind: 'jti' }),
        entry({ kind: 'sub', value, issuedUntil: 1_800_000_000 }),
        entry({ kind: 'client_id', issuedUntil: 0 }),
      ]
      for (const revocation of made) await store().append(revocation)
      const { entries, complete } = await store().snapshot()
      strictEqual(complete, true)
      deepStrictEqual(own(entries, made), made)
    },
  },
  {
    title: 'the value of an entry can have any characters',
    async run(store) {
      const made = characters.map((text) => entry({ kind: 'sub', value: `${text} ${crypto.randomUUID()}` }))
      for (const revocation of made) await store().append(revocation)
      deepStrictEqual(own((await store().snapshot()).entries, made), made)
    },
  },
  {
    title: 'snapshot after a position returns later entries',
    async run(store) {
      const made = [entry(), entry(), entry()]
      const [first, second, third] = made
      ok(first && second && third)
      await store().append(first)
      const start = await store().snapshot()
      const nothing = await store().snapshot(start.position)
      deepStrictEqual(own(nothing.entries, made), [])
      strictEqual(nothing.complete, false)
      await store().append(second)
      const one = await store().snapshot(nothing.position)
      deepStrictEqual(own(one.entries, made), [second])
      await store().append(third)
      deepStrictEqual(own((await store().snapshot(one.position)).entries, made), [third])
      deepStrictEqual(own((await store().snapshot(start.position)).entries, made), [second, third])
    },
  },
  {
    title: 'snapshot after an unknown position is complete',
    async run(store) {
      const revocation = entry()
      await store().append(revocation)
      const { entries, complete } = await store().snapshot(`${crypto.randomUUID()}:1`)
      strictEqual(complete, true)
      deepStrictEqual(own(entries, [revocation]), [revocation])
    },
  },
  {
    title: 'a reader misses no entry while twenty are appended concurrently',
    async run(store) {
      const made = Array.from({ length: 20 }, () => entry())
      let { position } = await store().snapshot()
      const read: Revocation[] = []
      let done = false
      const appended = Promise.all(made.map((revocation) => store().append(revocation))).then(() => {
        done = true
      })
      for (let rounds = 0; rounds < 1000; rounds++) {
        const isLast = done
        const changes = await store().snapshot(position)
        position = changes.position
        read.push(...own(changes.entries, made))
        if (isLast) break
      }
      await appended
      const values = (entries: readonly Revocation[]) => entries.map(({ value }) => value).sort()
      deepStrictEqual(values(read), values(made))
    },
  },
  {
    title: 'subscribe can be ended',
    async run(store) {
      const stop = store().subscribe(() => {})
      await store().append(entry())
      stop()
      stop()
    },
  },
]
