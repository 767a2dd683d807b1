import { afterEach, describe, expect, test, vi } from 'vitest'
import { audience, issuer } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import { signJws } from '../jws/sign.js'
import type { JwtClaims } from '../jwt/claims.js'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import type { VerifierOptions } from '../jwt/verifier-options.js'
import { createAuthenticator } from './authenticator.js'
import { deadlineCount } from './deadlines.js'

const keys = await testKey('HS256')
const parties = { issuer, audience, typ: 'at+jwt' }

afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
})

async function setUp(options: Pick<VerifierOptions, 'cache' | 'clockTolerance'> = {}, maxTokenAge?: '5m') {
  vi.useFakeTimers()
  const watchers = new Map<unknown, () => void>()
  const revoked = new Set<unknown>()
  const usual: VerifierOptions = {
    ...parties,
    signature: { algorithms: ['HS256'], keys },
    ...options,
    revocations: {
      isRevoked: ({ sub }) => revoked.has(sub),
      watch({ sub }: JwtClaims, act) {
        watchers.set(sub, act)
        return () => void watchers.delete(sub)
      },
    },
  }
  // Its claims need no `exp`, whatever the type of the others.
  const aged = { ...usual, exp: 'optional', maxTokenAge } as unknown as VerifierOptions
  const authenticator = createAuthenticator({
    verifier: createVerifier(maxTokenAge === undefined ? usual : aged),
  })
  const issuing = createIssuer({ ...parties, lifetime: '5m', signature: { algorithm: 'HS256', keys } })
  const authOf = async (token: string) => {
    const outcome = await authenticator.authenticateToken(token)
    if (!outcome.ok) throw outcome.error
    return outcome.auth
  }
  const issue = async (sub: string) => (await issuing.issue({ sub })).token
  return { authOf, issue, watchers, revoked }
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

  test('has a signal that has fired when its token was revoked before the signal was asked for', async () => {
    const { authOf, issue, watchers, revoked } = await setUp()
    const auth = await authOf(await issue('user_1'))
    revoked.add('user_1')
    expect(auth.signal.aborted).toBe(true)
    expect(auth.signal.reason).toMatchObject({ code: 'SB_TOKEN_REVOKED' })
    expect(watchers.size).toBe(0)
  })

  test.each([
    { title: 'remembered', options: {} },
    { title: 'verified anew each time', options: { cache: false } },
  ] as const)('of one token, $title, has one signal and one timer', async ({ options }) => {
    const { authOf, issue } = await setUp(options)
    const token = await issue('user_1')
    const before = deadlineCount()
    const { signal } = await authOf(token)
    for (let i = 0; i < 1000; i++) expect((await authOf(token)).signal).toBe(signal)
    expect([deadlineCount() - before, vi.getTimerCount()]).toEqual([1, 1])
  })

  test('of one token at two authenticators has two, each with the revocations of its own', async () => {
    const [one, two] = [await setUp(), await setUp()]
    const token = await one.issue('user_1')
    const [first, second] = [await one.authOf(token), await two.authOf(token)]
    expect([first.signal.aborted, second.signal.aborted]).toEqual([false, false])
    one.watchers.get('user_1')?.()
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false])
  })

  test('keeps the signal that has fired', async () => {
    const { authOf, issue, watchers } = await setUp()
    const auth = await authOf(await issue('user_1'))
    const { signal } = auth
    watchers.get('user_1')?.()
    expect([auth.signal === signal, signal.aborted]).toEqual([true, true])
  })

  test.each([
    { title: 'remembered', options: {} },
    { title: 'verified anew each time', options: { cache: false } },
  ] as const)(
    'of an expired token within the clock tolerance, $title, has a signal that fires each time',
    async ({ options }) => {
      const { authOf, issue } = await setUp({ ...options, clockTolerance: 60 })
      const token = await issue('user_1')
      const first = await authOf(token)
      const heard = [first.signal]
      vi.advanceTimersByTime(301_000)
      expect(first.signal.aborted).toBe(true)
      for (let i = 0; i < 3; i++) {
        const auth = await authOf(token)
        const fired = vi.fn()
        auth.signal.addEventListener('abort', fired)
        vi.advanceTimersByTime(2)
        expect(fired).toHaveBeenCalledOnce()
        expect(auth.signal.reason).toMatchObject({ code: 'SB_TOKEN_EXPIRED' })
        // That of one request stays as it is.
        expect([auth.signal.aborted, first.signal === heard[0]]).toEqual([true, true])
      }
    },
  )

  test('of one token causes no leak warning with many listeners', async () => {
    const { authOf, issue } = await setUp()
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const token = await issue('user_1')
    for (let i = 0; i < 50; i++) (await authOf(token)).signal.addEventListener('abort', () => {})
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
  })

  const ages = [
    { title: 'without exp', exp: undefined, ends: 300 },
    { title: 'with a later exp', exp: 3_600, ends: 300 },
    { title: 'with an earlier exp', exp: 200, ends: 200 },
  ]
  test.each(ages)('$title, under maxTokenAge: has an end, and a signal', async ({ exp, ends }) => {
    const { authOf, watchers } = await setUp({}, '5m')
    const iat = Math.floor(Date.now() / 1000)
    const sign = (sub: string) => {
      const claims = { iss: issuer, aud: audience, sub, iat, ...(exp !== undefined && { exp: iat + exp }) }
      const payload = new TextEncoder().encode(JSON.stringify(claims))
      return signJws(payload, { algorithm: 'HS256', key: keys, protectedHeader: { typ: 'at+jwt' } })
    }
    const [one, two] = [await authOf(await sign('user_1')), await authOf(await sign('user_2'))]
    expect(one.expiresAt).toEqual(new Date((iat + ends) * 1000))
    expect([one.signal.aborted, two.signal.aborted]).toEqual([false, false])
    watchers.get('user_1')?.()
    expect([one.signal.aborted, two.signal.aborted]).toEqual([true, false])
    expect(one.signal.reason).toMatchObject({ code: 'SB_TOKEN_REVOKED' })
    vi.advanceTimersByTime((iat + ends) * 1000 - Date.now() - 1)
    expect(two.signal.aborted).toBe(false)
    vi.advanceTimersByTime(2)
    expect(two.signal.reason).toMatchObject({ code: 'SB_TOKEN_EXPIRED' })
  })

  test('whose signal is not read creates none', async () => {
    const { authOf, issue, watchers } = await setUp()
    const before = deadlineCount()
    for (let i = 0; i < 100; i++) await authOf(await issue(`user_${i}`))
    expect([deadlineCount() - before, watchers.size]).toEqual([0, 0])
  })
})
