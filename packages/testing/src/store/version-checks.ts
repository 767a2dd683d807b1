import { ok, rejects, strictEqual } from 'node:assert'
import type { SessionStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'
import { keyOf, newSession, tokenOf } from './family.js'

export const versionChecks: readonly StoreCheck<SessionStore>[] = [
  {
    title: 'a record of another version is rejected, and not changed',
    async run(store) {
      for (const version of [0, 2]) {
        const session = newSession({ version })
        const { now, subject } = session
        const key = { ...keyOf(session), now }
        await store().create(session)
        const operations = [
          () => store().read(key),
          () => store().rotate(tokenOf(session, 1, now)),
          () => store().rotate({ ...tokenOf(session, 1, now), secretHash: 'other' }),
          () => store().markSeen({ ...key, generation: 1 }),
          () => store().end(key),
          () => store().endAll({ subject, now }),
          () => store().list({ subject, now }),
        ]
        // Twice: the first round must not have changed anything.
        for (const operation of [...operations, ...operations]) {
          await rejects(operation, ({ code }: { code?: unknown }) => code === 'SB_STORE_VERSION')
        }
        strictEqual(await store().create({ ...session, version: 1 }), undefined)
      }
    },
  },
  {
    title: 'a session works beside one of another version',
    async run(store) {
      const other = newSession({ version: 2 })
      const { subject, now } = other
      const session = newSession({ subject, limit: 1 })
      await store().create(other)
      ok(await store().create(session))
      strictEqual((await store().rotate(tokenOf(session, 1, now))).outcome, 'renewed')
      ok(await store().end({ ...keyOf(session), now }))
      await rejects(
        () => store().read({ ...keyOf(other), now }),
        ({ code }: { code?: unknown }) => code === 'SB_STORE_VERSION',
      )
    },
  },
]
