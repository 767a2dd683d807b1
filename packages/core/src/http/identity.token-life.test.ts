import { afterEach, describe, expect, test, vi } from 'vitest'
import { audience, issuer } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import type { JwtClaims } from '../jwt/claims.js'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import { createAuthenticator } from './authenticator.js'
import { deadlineCount } from './deadlines.js'

const keys = await testKey('HS256')
const parties = { issuer, audience, typ: 'at+jwt' }

afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
})

async function setUp() {
  vi.useFakeTimers()
  const watchers = new Map<unknown, () => void>()
  const authenticator = createAuthenticator({
    verifier: createVerifier({
      ...parties,
      signature: { algorithms: ['HS256'], keys },
      revocations: {
        isRevoked: () => false,
        watch({ sub }: JwtClaims, revoked) {
          watchers.set(sub, revoked)
          return () => void watchers.delete(sub)
        },
      },
    }),
  })
  const issuing = createIssuer({ ...parties, lifetime: '5m', signature: { algorithm: 'HS256', keys } })
  const authOf = async (token: string) => {
    const outcome = await authenticator.authenticateToken(token)
    if (!outcome.ok) throw outcome.error
    return outcome.auth
  }
  const issue = async (sub: string) => (await issuing.issue({ sub })).token
  return { authOf, issue, watchers }
}

describe('auth', () => {
  test('has the time when its token expires', async () => {
    const { authOf, issue } = await setUp()
    const { expiresAt, claims } = await authOf(await issue('user_1'))
    expect(expiresAt).toEqual(new Date(claims.exp * 1000))
  })

  test('has a signal that fires when its token expires', async () => {
    const { authOf, issue, watchers } = await setUp()
    vi.advanceTimersByTime(500)
    const { signal, expiresAt } = await authOf(await issue('user_1'))
    const fired = vi.fn()
    signal.addEventListener('abort', fired)
    vi.advanceTimersByTime(Number(expiresAt) - Date.now() - 1)
    expect(fired).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2)
    expect(fired).toHaveBeenCalledOnce()
    expect(signal.reason).toMatchObject({ code: 'SB_TOKEN_EXPIRED' })
    expect(watchers.size).toBe(0)
  })

  test('has a signal that fires when its token is revoked, and no other', async () => {
    const { authOf, issue, watchers } = await setUp()
    const [one, two] = [await authOf(await issue('user_1')), await authOf(await issue('user_2'))]
    expect([one.signal.aborted, two.signal.aborted]).toEqual([false, false])
    watchers.get('user_1')?.()
    expect([one.signal.aborted, two.signal.aborted]).toEqual([true, false])
    expect(one.signal.reason).toMatchObject({ code: 'SB_TOKEN_REVOKED' })
  })

  test('of one token has one signal and one timer, over many requests', async () => {
    const { authOf, issue } = await setUp()
    const token = await issue('user_1')
    const before = deadlineCount()
    const { signal } = await authOf(token)
    for (let i = 0; i < 10_000; i++) expect((await authOf(token)).signal).toBe(signal)
    expect([deadlineCount() - before, vi.getTimerCount()]).toEqual([1, 1])
  })

  test('whose signal nobody asks for costs nothing', async () => {
    const { authOf, issue, watchers } = await setUp()
    const before = deadlineCount()
    for (let i = 0; i < 100; i++) await authOf(await issue(`user_${i}`))
    expect([deadlineCount() - before, watchers.size]).toEqual([0, 0])
  })
})
