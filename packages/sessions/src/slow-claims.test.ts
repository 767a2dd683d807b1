import { createIssuer, createMemoryStore, generateKey } from '@sealbearer/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createRevocations } from './revocations.js'
import { createSessions } from './sessions.js'
import { secret } from './testing/setup.js'

/** In seconds. */
const window = 5
const claimsTake = [0, window - 1, window, window + 1, 2 * window]

/** Sessions on a store whose clock is its own, and whose claims take their time. */
async function setUp() {
  let time = 1_800_000_000_000
  let monotonic = performance.now()
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => monotonic)
  onTestFinished(() => spy.mockRestore())
  const store = createMemoryStore({ now: () => new Date(time) })
  const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: { acceptFor: '1d' } })
  onTestFinished(() => revocations.close())
  const gates: (() => void)[] = []
  let isSlow = false
  const sessions = createSessions({
    accessTokens: createIssuer({
      issuer: 'https://auth.example.com',
      audience: 'https://api.example.com',
      lifetime: '15m',
      maxLifetime: '15m',
      typ: 'at+jwt',
      signature: { algorithm: 'HS256', keys: await generateKey('HS256') },
    }),
    refreshTokens: { secret, window },
    store,
    revocations,
    claims: async () => {
      if (isSlow) await new Promise<void>((resolve) => gates.push(resolve))
      return {}
    },
  })
  return {
    sessions,
    store,
    pass(seconds: number) {
      time += seconds * 1000
      monotonic += seconds * 1000
    },
    /** Renews with claims that are answered when the test says so. */
    async renewSlowly(refreshToken: string) {
      isSlow = true
      const renewed = sessions.renew(refreshToken)
      await expect.poll(() => gates.length).toBe(1)
      isSlow = false
      return {
        renewed,
        answer: () => gates.pop()?.(),
      }
    },
  }
}

test.each(claimsTake)('claims that take %d seconds make no parallel request late', async (seconds) => {
  const { sessions, store, pass, renewSlowly } = await setUp()
  const { refreshToken, session } = await sessions.start({ sub: 'user_1' })
  const { renewed, answer } = await renewSlowly(refreshToken)
  const next = await sessions.renew(refreshToken)
  const key = { subject: session.id.slice(0, 22), sid: session.id }
  await store.markSeen({ ...key, generation: 2 })
  pass(seconds)
  answer()
  expect(await renewed).not.toHaveProperty('refreshToken')
  await expect(sessions.renew(next.refreshToken ?? '')).resolves.toHaveProperty('refreshToken')
})

test.each(claimsTake)(
  'claims that take %d seconds do not cover a replay that arrives late',
  async (seconds) => {
    const { sessions, store, pass, renewSlowly } = await setUp()
    const { refreshToken, session } = await sessions.start({ sub: 'user_1' })
    await sessions.renew(refreshToken)
    const key = { subject: session.id.slice(0, 22), sid: session.id }
    await store.markSeen({ ...key, generation: 2 })
    pass(window + 1)
    const { renewed, answer } = await renewSlowly(refreshToken)
    pass(seconds)
    answer()
    await expect(renewed).rejects.toMatchObject({ code: 'SB_REFRESH_REFUSED' })
    expect(await sessions.list('user_1')).toEqual([])
  },
)
