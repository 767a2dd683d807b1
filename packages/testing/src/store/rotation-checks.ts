import { deepStrictEqual, strictEqual } from 'node:assert'
import {
  type RotationResult,
  rotate,
  type SessionRecord,
  type SessionStore,
  type UseResult,
  use,
} from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'
import { hour, idle, keyOf, newSession, tokenOf, window } from './family.js'
import { randomNumbers } from './random.js'

const outcomes = (results: readonly (RotationResult | UseResult)[]): readonly string[] =>
  results.map(({ outcome }) => outcome).sort()

export const rotationChecks: readonly StoreCheck<SessionStore>[] = [
  {
    title: 'rotate and markSeen follow the rule, in any order',
    async run(store) {
      for (let seed = 1; seed <= 60; seed++) await compareWithRule(store, seed)
    },
  },
  {
    title: 'of twenty parallel renewals, one rotates and the others repeat',
    async run(store) {
      const session = newSession()
      await store().create(session)
      const asked = tokenOf(session, 1, session.now + hour)
      const results = await Promise.all(Array.from({ length: 20 }, () => store().rotate(asked)))
      deepStrictEqual(outcomes(results), ['renewed', ...Array<string>(19).fill('repeated')].sort())
      const record = await store().read({ ...keyOf(session), now: session.now + hour })
      deepStrictEqual([record?.current, record?.previous], [2, 1])
    },
  },
  {
    title: 'of twenty parallel renewals after a lost response, one displaces it',
    async run(store) {
      const session = newSession()
      await store().create(session)
      await store().rotate(tokenOf(session, 1, session.now))
      const asked = tokenOf(session, 1, session.now + window + 1)
      const results = await Promise.all(Array.from({ length: 20 }, () => store().rotate(asked)))
      deepStrictEqual(outcomes(results), ['displaced', ...Array<string>(19).fill('repeated')].sort())
    },
  },
  {
    title: 'of twenty parallel replays of an old token, one ends the session, and all are refused',
    async run(store) {
      const session = newSession()
      await store().create(session)
      for (const generation of [1, 2]) await store().rotate(tokenOf(session, generation, session.now))
      const asked = tokenOf(session, 1, session.now)
      const results = await Promise.all(Array.from({ length: 20 }, () => store().rotate(asked)))
      deepStrictEqual(outcomes(results), [...Array<string>(19).fill('refused'), 'reuse'].sort())
      strictEqual(await store().read({ ...keyOf(session), now: session.now }), undefined)
    },
  },
  {
    title: 'a renewal does not bring back a session that ends at the same time',
    async run(store) {
      for (let i = 0; i < 20; i++) {
        const session = newSession()
        const { now } = session
        await store().create(session)
        await Promise.all([
          store().rotate(tokenOf(session, 1, now)),
          store().end({ ...keyOf(session), now }),
          store().markSeen({ ...keyOf(session), generation: 1, now }),
        ])
        deepStrictEqual(await store().list({ subject: session.subject, now }), [])
      }
    },
  },
  {
    title: 'a session bound to a key does not rotate, and a wrong key ends nothing',
    async run(store) {
      const session = newSession({ confirmation: 'jkt:abc' })
      await store().create(session)
      const asked = tokenOf(session, 1, session.now + hour)
      const wrong = [null, 'jkt:abd', 'jkt:ab', 'JKT:ABC', '']
      for (const confirmation of wrong) {
        deepStrictEqual(await store().rotate({ ...asked, confirmation }), {
          outcome: 'refused',
          kind: 'confirmation',
        })
      }
      strictEqual((await store().rotate(asked)).outcome, 'kept')
      const record = await store().read({ ...keyOf(session), now: session.now + hour })
      deepStrictEqual([record?.current, record?.renewedAt], [1, session.now + hour])
    },
  },
]

const jumps = [0, 1, 1000, window - 1, window, window + 1, 5 * 60_000, hour, -hour, idle - 1]

/** Applies the same operations to a store and to the rule, and compares all results and records. */
async function compareWithRule(store: () => SessionStore, seed: number): Promise<void> {
  const next = randomNumbers(seed)
  const session = newSession({ confirmation: seed % 5 === 0 ? 'jkt:abc' : null })
  const created = await store().create(session)
  let record: SessionRecord | undefined = created?.record
  let { now } = session
  const trace: string[] = []

  for (let i = 0; i < 25; i++) {
    now += jumps[next(jumps.length)] ?? 0
    const highest = (record?.current ?? 1) + 1
    // Mostly the newest few.
    const generation = Math.max(1, highest - next(next(4) === 0 ? highest : 3))
    const isUse = next(3) === 0
    trace.push(`${isUse ? 'use' : 'rotate'} ${generation} at ${now - session.now}`)
    const expected = isUse
      ? use(record, generation, now)
      : rotate(record, tokenOf(session, generation, now), now)
    const actual = isUse
      ? await store().markSeen({ ...keyOf(session), generation, now })
      : await store().rotate(tokenOf(session, generation, now))
    deepStrictEqual(actual, expected, `differs from the rule after ${trace.join(', ')}`)
    if (expected.outcome === 'reuse') record = undefined
    else if (expected.outcome !== 'refused') record = expected.record
    const kept = await store().read({ ...keyOf(session), now })
    const expectedRecord = record && now < record.validUntil ? record : undefined
    deepStrictEqual(kept, expectedRecord, `the record differs from the rule's after ${trace.join(', ')}`)
    if (!expectedRecord) return
  }
}
