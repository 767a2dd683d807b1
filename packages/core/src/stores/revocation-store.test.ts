import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createPolledChanges } from './revocation-store.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp() {
  let answer: () => string = () => '1'
  let asked = 0
  let calls = 0
  const changes = createPolledChanges(async () => {
    asked++
    return answer()
  }, 100)
  return {
    changes,
    changed: () => void calls++,
    answer: (next: () => string) => {
      answer = next
    },
    counts: () => ({ asked, calls }),
    pass: (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds),
  }
}

test('calls after a change, once', async () => {
  const { changes, changed, answer, counts, pass } = setUp()
  changes.subscribe(changed)
  await pass(350)
  expect(counts()).toEqual({ asked: 4, calls: 0 })
  answer(() => '2')
  await pass(300)
  expect(counts().calls).toBe(1)
})

test('does not poll without subscribers', async () => {
  const { changes, changed, counts, pass } = setUp()
  await pass(500)
  const [stop, other] = [changes.subscribe(changed), changes.subscribe(changed)]
  stop()
  await pass(100)
  other()
  other()
  const { asked } = counts()
  await pass(500)
  expect(counts().asked).toBe(asked)
})

test('polls again after a failure, and misses nothing', async () => {
  const { changes, changed, answer, counts, pass } = setUp()
  changes.subscribe(changed)
  await pass(100)
  answer(() => {
    throw new Error('lost')
  })
  await pass(500)
  answer(() => '2')
  await pass(100)
  expect(counts().calls).toBe(1)
})

test('close ends all subscriptions', async () => {
  const { changes, changed, answer, counts, pass } = setUp()
  changes.subscribe(changed)
  changes.subscribe(changed)
  await pass(100)
  changes.close()
  answer(() => '2')
  await pass(500)
  expect(counts().calls).toBe(0)
})
