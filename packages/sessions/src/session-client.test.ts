import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSessionClient, type SessionClientOptions } from './session-client.js'
import { setUp } from './testing/setup.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const tokens = { accessToken: 'a1', expiresIn: 900, refreshToken: 'r1' }

function client(options: Partial<SessionClientOptions> = {}) {
  let count = 1
  const asked: string[] = []
  const stored: string[] = []
  const made = createSessionClient({
    tokens,
    renew: async (refreshToken) => {
      asked.push(refreshToken)
      count++
      return { accessToken: `a${count}`, expiresIn: 900, refreshToken: `r${count}` }
    },
    onRefreshToken: (refreshToken) => stored.push(refreshToken),
    ...options,
  })
  return { ...made, asked, stored }
}

test('returns the current token until it is about to expire', async () => {
  const { accessToken, asked } = client()
  vi.advanceTimersByTime(869_000)
  expect([await accessToken(), asked]).toEqual(['a1', []])
  vi.advanceTimersByTime(2000)
  expect([await accessToken(), await accessToken(), asked]).toEqual(['a2', 'a2', ['r1']])
})

test('renews once for a hundred requests', async () => {
  const { accessToken, asked, stored } = client()
  vi.advanceTimersByTime(901_000)
  const all = await Promise.all(Array.from({ length: 100 }, () => accessToken()))
  expect(new Set(all)).toEqual(new Set(['a2']))
  expect([asked, stored]).toEqual([['r1'], ['r2']])
})

test('renews a token that was refused, unless that has happened meanwhile', async () => {
  const { accessToken, asked } = client()
  expect(await accessToken('a1')).toBe('a2')
  expect(await accessToken('a1')).toBe('a2')
  expect(asked).toEqual(['r1'])
})

test('keeps the refresh token where the answer has none, and after an error', async () => {
  const asked: string[] = []
  const answers = [Promise.reject(new Error('offline')), { accessToken: 'a2', expiresIn: 900 }, tokens]
  const { accessToken, stored } = client({
    renew: async (refreshToken) => {
      asked.push(refreshToken)
      return (await answers.shift()) ?? tokens
    },
  })
  await expect(accessToken('a1')).rejects.toThrow('offline')
  expect(await accessToken('a1')).toBe('a2')
  await accessToken('a2')
  expect([asked, stored]).toEqual([['r1', 'r1', 'r1'], []])
})

test('returns an unexpired token while it cannot be renewed', async () => {
  let isOffline = true
  const { accessToken } = client({
    renew: async () => {
      if (isOffline) throw new Error('offline')
      return { ...tokens, accessToken: 'a2' }
    },
  })
  vi.advanceTimersByTime(899_000)
  expect(await accessToken()).toBe('a1')
  await expect(accessToken('a1'), 'it was refused').rejects.toThrow('offline')
  vi.advanceTimersByTime(1_000)
  await expect(accessToken(), 'it has expired').rejects.toThrow('offline')
  isOffline = false
  expect(await accessToken()).toBe('a2')
})

test('lives with real sessions', async () => {
  vi.useRealTimers()
  const { sessions, events } = await setUp()
  const first = await sessions.start({ sub: 'user_1' })
  const { accessToken } = createSessionClient({ tokens: first, renew: (token) => sessions.renew(token) })
  let token = first.accessToken
  for (let i = 0; i < 3; i++) {
    const [one, two] = await Promise.all([accessToken(token), accessToken(token)])
    expect(one).toBe(two)
    token = one
  }
  expect(events.map(({ type }) => type)).toEqual(['started', 'renewed', 'renewed', 'renewed'])
})
