import { deepStrictEqual, strictEqual } from 'node:assert'
import type { SessionStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'
import { day, hour, keyOf, newSession, tokenOf } from './family.js'

export const endingChecks: readonly StoreCheck<SessionStore>[] = [
  {
    title: 'end removes one session, once, and returns it',
    async run(store) {
      const session = newSession()
      const sibling = newSession({ subject: session.subject })
      const { subject, now } = session
      const created = await store().create(session)
      await store().create(sibling)
      deepStrictEqual(await store().end({ ...keyOf(session), now }), created?.record)
      strictEqual(await store().end({ ...keyOf(session), now }), undefined)
      deepStrictEqual(await store().rotate(tokenOf(session, 1, now)), { outcome: 'refused', kind: 'unknown' })
      const left = await store().list({ subject, now })
      deepStrictEqual(
        left.map(({ sid }) => sid),
        [sibling.sid],
      )
    },
  },
  {
    title: 'end with the hash of another secret removes nothing',
    async run(store) {
      const session = newSession()
      const { now, secretHash } = session
      const created = await store().create(session)
      for (const wrong of ['', `${secretHash}a`, secretHash.slice(1)]) {
        strictEqual(await store().end({ ...keyOf(session), secretHash: wrong, now }), undefined)
      }
      deepStrictEqual(await store().end({ ...keyOf(session), secretHash, now }), created?.record)
    },
  },
  {
    title: 'endAll removes all sessions of a subject except one',
    async run(store) {
      const kept = newSession()
      const { subject, now } = kept
      const others = [1, 2].map((i) => newSession({ subject, now: now + i }))
      const attacker = newSession()
      for (const session of [kept, ...others, attacker]) await store().create(session)
      const at = { subject, now: now + 3 }
      const ended = await store().endAll({ ...at, except: kept.sid })
      deepStrictEqual(ended.map(({ sid }) => sid).sort(), others.map(({ sid }) => sid).sort())
      deepStrictEqual(
        (await store().list(at)).map(({ sid }) => sid),
        [kept.sid],
      )
      deepStrictEqual(
        (await store().endAll(at)).map(({ sid }) => sid),
        [kept.sid],
      )
      deepStrictEqual([await store().endAll(at), await store().list(at)], [[], []])
      strictEqual((await store().list({ subject: attacker.subject, now })).length, 1)
    },
  },
  {
    title: 'list returns the latest renewal first',
    async run(store) {
      const first = newSession()
      const { subject, now } = first
      const later = newSession({ subject, now: now + 1000 })
      await store().create(first)
      await store().create(later)
      const sids = async () => (await store().list({ subject, now: now + hour })).map(({ sid }) => sid)
      deepStrictEqual(await sids(), [later.sid, first.sid])
      await store().rotate(tokenOf(first, 1, now + hour))
      deepStrictEqual(await sids(), [first.sid, later.sid])
    },
  },
  {
    title: 'linked sessions are taken once, oldest first; over the limit, only the latest',
    async run(store) {
      const [link, other] = [crypto.randomUUID(), crypto.randomUUID()]
      const keys = [1, 2, 3].map(() => keyOf(newSession()))
      const now = Date.now()
      for (const key of keys) await store().link({ link, ...key, lifetime: day, limit: 2, now })
      await store().link({ link: other, ...keyOf(newSession()), lifetime: day, limit: 2, now })
      for (const at of [now, now + day - 1]) {
        deepStrictEqual((await store().readLinked?.({ link, now: at })) ?? keys.slice(1), keys.slice(1))
      }
      deepStrictEqual((await store().readLinked?.({ link, now: now + day })) ?? [], [])
      deepStrictEqual(await store().takeLinked({ link, now: now + day - 1 }), keys.slice(1))
      deepStrictEqual((await store().readLinked?.({ link, now })) ?? [], [])
      deepStrictEqual(await store().takeLinked({ link, now }), [])
      deepStrictEqual(await store().takeLinked({ link: other, now: now + day }), [])
    },
  },
]
