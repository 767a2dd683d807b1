import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  createAuthenticator,
  createIssuer,
  createMemoryStore,
  createVerifier,
  generateKey,
} from '@sealbearer/core'
import { afterEach, expect, test, vi } from 'vitest'
import { createRevocations } from './revocations.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes that are still in use. */
function usedBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

afterEach(() => void vi.useRealTimers())

const minutes = 100
const tokensPerMinute = 500
/** Tokens of six minutes are alive or about to be forgotten, five by their lifetime and one by the steps of the test. */
const maxPending = 6 * tokensPerMinute

test.each([
  { title: 'a million requests with remembered tokens', perToken: 20, cache: {} },
  { title: 'a hundred thousand with tokens that are verified anew', perToken: 2, cache: { maxEntries: 100 } },
] as const)('signals leave nothing behind: $title', async ({ perToken, cache }) => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  const keys = await generateKey('HS256')
  const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
  const store = createMemoryStore()
  const revocations = createRevocations({
    store,
    maxTokenLifetime: '5m',
    onStoreLost: { acceptFor: '1h' },
    interval: '60s',
  })
  await revocations.ready()
  const watching = { most: 0, now: 0 }
  const authenticator = createAuthenticator({
    verifier: createVerifier({
      ...parties,
      signature: { algorithms: ['HS256'], keys },
      cache,
      revocations: {
        ...revocations,
        watch(claims, revoked) {
          const unwatch = revocations.watch(claims, revoked)
          watching.most = Math.max(watching.most, ++watching.now)
          return () => {
            watching.now--
            unwatch()
          }
        },
      },
    }),
  })
  const issuer = createIssuer({
    ...parties,
    ...{ lifetime: '5m', maxLifetime: '5m' },
    signature: { algorithm: 'HS256', keys },
  })
  let [requests, aborted] = [0, 0]
  const timersBefore = vi.getTimerCount()

  async function request(token: string): Promise<AbortSignal> {
    const outcome = await authenticator.authenticateToken(token)
    if (!outcome.ok) throw outcome.error
    requests++
    const { signal } = outcome.auth
    // As a stream that ends before its token.
    const ended = (): void => {}
    signal.addEventListener('abort', ended)
    signal.removeEventListener('abort', ended)
    return signal
  }

  let before = 0
  for (let minute = 0; minute < minutes; minute++) {
    const issued = await Promise.all(
      Array.from({ length: tokensPerMinute }, (_, i) => issuer.issue({ sub: `user_${i}` })),
    )
    for (let i = 0; i < perToken; i++) for (const { token } of issued) await request(token)
    // A tenth of the users log out.
    for (const { token } of issued.slice(0, tokensPerMinute / 10)) {
      const signal = await request(token)
      const { jti } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
      await revocations.revoke({ jti })
      if (signal.aborted) aborted++
    }
    expect(vi.getTimerCount() - timersBefore).toBeLessThanOrEqual(1)
    await vi.advanceTimersByTimeAsync(60_000)
    // The cache is full by then.
    if (minute === 30) before = usedBytes()
  }
  const growth = usedBytes() - before

  expect(requests).toBeGreaterThanOrEqual(minutes * tokensPerMinute * perToken)
  expect(aborted).toBe((minutes * tokensPerMinute) / 10)
  expect(watching.most).toBeLessThanOrEqual(maxPending)
  expect(growth).toBeLessThan(4 * 1024 * 1024)
  await vi.advanceTimersByTimeAsync(300_000)
  expect(watching.now).toBe(0)
  revocations.close()
})
