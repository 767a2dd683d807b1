import type { SessionStore } from '@sealbearer/core/stores'
import { describe, expect, test } from 'vitest'
import { sessionsLink } from './sessions.js'
import { claimsOf } from './testing/claims-of.js'
import { type Setup, setUp } from './testing/setup.js'

type Operation = 'rotate' | 'markSeen' | 'end' | 'endAll'

/** A store that does each operation, and whose answer to one of them is lost, once. */
function losing() {
  let lost: Operation | undefined
  const change = (store: SessionStore): SessionStore =>
    Object.fromEntries(
      Object.entries(store).map(([name, operation]: [string, (input: never) => Promise<unknown>]) => [
        name,
        async (input: never) => {
          const result = await operation(input)
          if (name !== lost) return result
          lost = undefined
          throw new Error('connection reset')
        },
      ]),
      // The same operations under the same names.
    ) as unknown as SessionStore
  return {
    store: change,
    lose: (operation: Operation | undefined) => {
      lost = operation
    },
  }
}

interface Scene extends Setup {
  readonly refreshToken: string
  /** A refresh token that was exchanged long ago. */
  readonly old: string
  readonly sid: string
  readonly state: { isWelcome: boolean }
}

interface Row {
  readonly title: string
  readonly operation: Operation
  /** Whether it ends all sessions of the user. */
  readonly isEverywhere?: boolean
  act(scene: Scene): Promise<unknown>
}

const providerSession = { issuer: 'https://login.example.com', sid: 'op_session' }

const rows: readonly Row[] = [
  {
    title: 'a logout',
    operation: 'end',
    act: ({ sessions, refreshToken }) => sessions.end({ refreshToken }),
  },
  { title: 'the end of one by its sid', operation: 'end', act: ({ sessions, sid }) => sessions.end({ sid }) },
  {
    title: 'a logout of the provider',
    operation: 'end',
    act: ({ sessions }) => sessionsLink(sessions).endLinked(providerSession.issuer, providerSession.sid),
  },
  {
    title: 'a logout everywhere',
    operation: 'endAll',
    isEverywhere: true,
    act: ({ sessions, refreshToken }) => sessionsLink(sessions).endAllByToken(refreshToken),
  },
  {
    title: 'the end of all sessions',
    operation: 'endAll',
    isEverywhere: true,
    act: ({ sessions }) => sessions.endAll('user_1'),
  },
  { title: 'a theft', operation: 'rotate', act: ({ sessions, old }) => sessions.renew(old) },
  {
    title: 'claims that end it',
    operation: 'end',
    act({ sessions, refreshToken, state }) {
      state.isWelcome = false
      return sessions.renew(refreshToken)
    },
  },
]

describe.each(rows)('$title', ({ operation, isEverywhere = false, act }) => {
  test.each([operation, undefined])(
    'revokes the access tokens, whether the answer is lost: %s',
    async (lost) => {
      const { store, lose } = losing()
      const state = { isWelcome: true }
      const made = await setUp({ store, claims: () => (state.isWelcome ? {} : null) })
      const { sessions, revocations, pass } = made
      const first = await sessions.start({ sub: 'user_1', providerSession })
      const second = await sessions.renew(first.refreshToken)
      pass(60)
      const { refreshToken = '' } = await sessions.renew(second.refreshToken ?? '')
      const device = await sessions.start({ sub: 'user_1' })
      const other = await sessions.start({ sub: 'user_2' })

      const sid = first.session.id
      const scene: Scene = { ...made, refreshToken, old: first.refreshToken, sid, state }
      lose(lost)
      await act(scene).catch(() => undefined)
      // Whoever got no answer asks again.
      await act(scene).catch(() => undefined)

      const isRevoked = (id: string): boolean => revocations.isRevoked({ sid: id, iat: 1_900_000_000 })
      expect([sid, device.session.id, other.session.id].map(isRevoked)).toEqual([true, isEverywhere, false])
      expect(await sessions.list('user_1')).toHaveLength(isEverywhere ? 0 : 1)
    },
  )
})

describe('the use of a displaced access token', () => {
  test.each(['markSeen', undefined] as const)(
    'revokes the access tokens, whether the answer is lost: %s',
    async (lost) => {
      const { store, lose } = losing()
      const { sessions, revocations, events, pass } = await setUp({ store })
      const { refreshToken } = await sessions.start({ sub: 'user_1' })
      const displaced = await sessions.renew(refreshToken)
      pass(60)
      const { session } = await sessions.renew(refreshToken)
      const isRefused = () => revocations.isRevoked(claimsOf(displaced.accessToken))
      lose(lost)
      expect(isRefused()).toBe(false)
      // Whoever got no answer asks again, when the token is used again.
      await expect.poll(isRefused).toBe(true)
      expect(await sessions.list('user_1')).toEqual([])
      expect(events).toContainEqual({ type: 'reuse', sid: session.id, kind: 'displaced', by: 'access' })
    },
  )

  test('of sessions in another store does not, where the answer is lost', async () => {
    const { store, lose } = losing()
    const { revocations, events } = await setUp({
      store,
      refreshTokens: { secret: 'another secret, of at least 32 bytes' },
    })
    const other = await setUp({ withoutRevocations: true })
    const { accessToken } = await other.sessions.start({ sub: 'user_1' })
    lose('markSeen')
    for (let i = 0; i < 3; i++) {
      expect(revocations.isRevoked(claimsOf(accessToken))).toBe(false)
      await new Promise(setImmediate)
    }
    expect(events).toEqual([])
  })

  test('of the current one does not, where the answer is lost', async () => {
    const { store, lose } = losing()
    const { sessions, revocations, events } = await setUp({ store })
    const { accessToken } = await sessions.start({ sub: 'user_1' })
    lose('markSeen')
    for (let i = 0; i < 3; i++) {
      expect(revocations.isRevoked(claimsOf(accessToken))).toBe(false)
      await new Promise(setImmediate)
    }
    expect(await sessions.list('user_1')).toHaveLength(1)
    expect(events.map(({ type }) => type)).toEqual(['started'])
  })
})

describe('a refresh token of a session that is gone', () => {
  test('revokes it once, however often it comes', async () => {
    const { sessions, store, revocations } = await setUp()
    const { refreshToken, session } = await sessions.start({ sub: 'user_1' })
    await store.end({ subject: session.id.slice(0, 22), sid: session.id })
    for (let i = 0; i < 5; i++) {
      await expect(sessions.renew(refreshToken)).rejects.toMatchObject({ code: 'SB_REFRESH_REFUSED' })
      expect(await sessions.end({ refreshToken })).toBe(false)
    }
    expect((await store.snapshot()).entries).toHaveLength(1)
    expect(revocations.isRevoked({ sid: session.id })).toBe(true)
  })

  test('revokes nothing where the session exists with another secret', async () => {
    const { sessions, store, revocations, now } = await setUp({
      // As if somebody had the secret of the server, but not that of the session.
      store: (inner) => ({
        rotate: (presented) => inner.rotate({ ...presented, secretHash: 'another' }),
        end: (key) => inner.end({ ...key, secretHash: 'another' }),
      }),
    })
    const { refreshToken, session } = await sessions.start({ sub: 'user_1' })
    await expect(sessions.renew(refreshToken)).rejects.toMatchObject({ code: 'SB_REFRESH_REFUSED' })
    expect(await sessions.end({ refreshToken })).toBe(false)
    expect(revocations.isRevoked({ sid: session.id, iat: now().getTime() / 1000 })).toBe(false)
    expect((await store.snapshot()).entries).toEqual([])
  })
})
