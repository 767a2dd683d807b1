import { createMemoryStore } from '@sealbearer/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SessionEvent } from './session-event.js'
import { createSessions } from './sessions.js'
import { claimsOf } from './testing/claims-of.js'
import { secret, setUp } from './testing/setup.js'
import { createUseReporters } from './use-reporters.js'

const secrets = [secret, 'another secret of this server, at least 32 bytes']

/** Each way in which two kinds of sessions can differ, and which of them is created last. */
const kinds = [
  { title: 'with stores and secrets of their own', ownStore: true, ownSecret: true },
  { title: 'with stores of their own', ownStore: true, ownSecret: false },
  { title: 'with secrets of their own', ownStore: false, ownSecret: true },
].flatMap((kind) => [
  { ...kind, used: 0 },
  { ...kind, used: 1 },
])

describe.each(kinds)(
  'two kinds of sessions $title, of which $used is used',
  ({ ownStore, ownSecret, used }) => {
    async function twoKinds() {
      const { revocations, store, issuer, now, pass } = await setUp({ withoutRevocations: true })
      const made = [0, 1].map((index) => {
        const events: SessionEvent[] = []
        const sessions = createSessions({
          accessTokens: issuer,
          refreshTokens: { secret: secrets[ownSecret ? index : 0] ?? '', window: '30s' },
          store: ownStore ? createMemoryStore({ now }) : store,
          revocations,
          now,
          onEvent: (event) => events.push(event),
        })
        return { sessions, events }
      })
      const [one, other] = used === 0 ? made : [...made].reverse()
      if (one === undefined || other === undefined) throw new Error('there are two')
      onTestFinished(() => revocations.close())
      return { ...one, other, revocations, pass }
    }

    const reported = () => new Promise(setImmediate)

    test('the use of a token makes a replay theft', async () => {
      const { sessions, revocations, pass, events, other } = await twoKinds()
      const first = await sessions.start({ sub: 'user_1' })
      const second = await sessions.renew(first.refreshToken)
      expect(revocations.isRevoked(claimsOf(second.accessToken))).toBe(false)
      await reported()
      pass(60)
      await expect(sessions.renew(first.refreshToken)).rejects.toMatchObject({ code: 'SB_REFRESH_REFUSED' })
      expect(events.at(-1)).toMatchObject({ type: 'reuse', kind: 'replayed', by: 'refresh' })
      expect(other.events).toEqual([])
    })

    test('the use of a displaced token ends the session, and is announced by its own kind', async () => {
      const { sessions, revocations, pass, events, other } = await twoKinds()
      const { refreshToken } = await sessions.start({ sub: 'user_1' })
      const displaced = await sessions.renew(refreshToken)
      pass(60)
      await sessions.renew(refreshToken)
      revocations.isRevoked(claimsOf(displaced.accessToken))
      await expect.poll(() => revocations.isRevoked(claimsOf(displaced.accessToken))).toBe(true)
      expect(await sessions.list('user_1')).toEqual([])
      // With one secret and one store, they are of both kinds.
      if (ownStore || ownSecret) expect(events.at(-1)).toMatchObject({ type: 'reuse', by: 'access' })
      expect(other.events).toEqual([])
    })
  },
)

test('a store that fails does not hide the session in another one', async () => {
  const asked: string[] = []
  const reporters = createUseReporters({
    store: {},
    owns: async () => true,
    report: async () => asked.push('last') > 0,
    reportUnknown: async () => {},
  })
  reporters.add({
    store: {},
    owns: async () => true,
    report: async () => {
      throw new Error('connection refused')
    },
    reportUnknown: async () => {},
  })
  await reporters.report({ sid: 'sid', generation: 1, sub: 'user_1' })
  expect(asked).toEqual(['last'])
})

test('the number of reporters is bounded', async () => {
  let asked = 0
  const reporter = {
    store: {},
    owns: async () => true,
    report: async () => ++asked < 0,
    reportUnknown: async () => {},
  }
  const reporters = createUseReporters(reporter)
  for (let i = 0; i < 1000; i++) reporters.add(reporter)
  await reporters.report({ sid: 'sid', generation: 1, sub: 'user_1' })
  expect(asked).toBe(100)
})
