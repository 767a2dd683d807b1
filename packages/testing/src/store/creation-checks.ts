import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import type { SessionStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'
import { day, idle, keyOf, newSession } from './family.js'

const awkward = [
  `it's "quoted" \\ back, {a}:b, $1, %s, é 😀`,
  'line\nbreak\ttab\u2028',
  'x'.repeat(20_000),
  '{"a":[1.5,null,true,{"b":"\\u0000"}]}',
  '',
]

/** Characters that claims may contain, and that not every engine can store. */
export const characters: readonly string[] = [
  '\0',
  'a\0b',
  'a\\u0000b',
  '"a"',
  '"',
  '\u007f',
  '\u0085',
  '\ufeffa',
  'a\uffff',
  '\u202ea',
]

export const creationChecks: readonly StoreCheck<SessionStore>[] = [
  {
    title: 'create writes generation 1, and read returns it',
    async run(store) {
      const session = newSession({ confirmation: 'jkt:abc' })
      const { now, version, subject, sid, sub, secretHash, confirmation, content } = session
      const expected = {
        ...{ version, subject, sid, sub, secretHash, confirmation, content, current: 1, previous: 0 },
        ...{ rotatedAt: now, startedAt: now, renewedAt: now, seen: false },
        ...{ expiresAt: now + session.lifetime, validUntil: now + idle },
      }
      deepStrictEqual(await store().create(session), { record: expected, ended: [] })
      deepStrictEqual(await store().read({ ...keyOf(session), now }), expected)
    },
  },
  {
    title: 'a session can have any text',
    async run(store) {
      for (const text of awkward) {
        const session = newSession({ content: text, sub: text, confirmation: text })
        await store().create(session)
        const record = await store().read({ ...keyOf(session), now: session.now })
        deepStrictEqual([record?.content, record?.sub, record?.confirmation], [text, text, text])
      }
    },
  },
  {
    title: 'a subject and a confirmation can have any characters',
    async run(store) {
      for (const text of characters) {
        const session = newSession({ sub: text, confirmation: text })
        await store().create(session)
        const record = await store().read({ ...keyOf(session), now: session.now })
        deepStrictEqual([record?.sub, record?.confirmation], [text, text])
      }
    },
  },
  {
    title: 'create never replaces a session',
    async run(store) {
      const session = newSession()
      const created = await store().create(session)
      strictEqual(await store().create({ ...session, content: '[]' }), undefined)
      deepStrictEqual(await store().read({ ...keyOf(session), now: session.now }), created?.record)
    },
  },
  {
    title: 'of ten concurrent creations of one session, one succeeds',
    async run(store) {
      const session = newSession()
      const created = await Promise.all(Array.from({ length: 10 }, () => store().create(session)))
      strictEqual(created.filter(Boolean).length, 1)
    },
  },
  {
    title: 'a session ends at validUntil, for every operation',
    async run(store) {
      for (const change of [{ lifetime: day }, { idle: day }]) {
        const session = newSession(change)
        const key = keyOf(session)
        await store().create(session)
        const last = session.now + day - 1
        ok(await store().read({ ...key, now: last }))
        strictEqual((await store().list({ subject: key.subject, now: last })).length, 1)
        strictEqual(await store().read({ ...key, now: last + 1 }), undefined)
        deepStrictEqual(await store().list({ subject: key.subject, now: last + 1 }), [])
        strictEqual(await store().end({ ...key, now: last + 1 }), undefined)
      }
    },
  },
  {
    title: 'sessions over the limit end, the least recently renewed first',
    async run(store) {
      const first = newSession({ limit: 3 })
      const { subject, now } = first
      const more = [1, 2, 3].map((i) => newSession({ subject, limit: 3, now: now + i }))
      const ended = []
      for (const session of [first, ...more]) ended.push(...((await store().create(session))?.ended ?? []))
      deepStrictEqual(
        ended.map(({ sid }) => sid),
        [first.sid],
      )
      const listed = await store().list({ subject, now: now + 4 })
      deepStrictEqual(
        listed.map(({ sid }) => sid),
        more.map(({ sid }) => sid).reverse(),
      )
    },
  },
  {
    title: 'of twenty created concurrently, no more than the limit remain',
    async run(store) {
      const { subject, now } = newSession()
      const sessions = Array.from({ length: 20 }, () => newSession({ subject, limit: 3, now }))
      const created = await Promise.all(sessions.map((session) => store().create(session)))
      const ended = created.flatMap((result) => result?.ended.map(({ sid }) => sid) ?? [])
      const left = (await store().list({ subject, now })).map(({ sid }) => sid)
      strictEqual(left.length, 3)
      deepStrictEqual([...ended, ...left].sort(), sessions.map(({ sid }) => sid).sort())
    },
  },
  {
    title: 'sessions of other subjects are not listed',
    async run(store) {
      const [a, b] = [newSession(), newSession()]
      await store().create(a)
      await store().create(b)
      const sids = (await store().list({ subject: a.subject, now: a.now })).map(({ sid }) => sid)
      deepStrictEqual(sids, [a.sid])
    },
  },
]
