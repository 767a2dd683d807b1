import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDeadlines, TooLate } from './deadline.js'

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

/** A store whose clock is ahead of that of this process. */
function createClock(ahead: number) {
  const store = { ahead, deadlines: [] as (number | undefined)[], done: 0 }
  const send = async (deadline: number | undefined): Promise<'done' | TooLate> => {
    store.deadlines.push(deadline)
    const time = Math.floor(performance.now() + store.ahead)
    if (deadline === undefined || deadline <= time) return new TooLate(time)
    store.done++
    return 'done'
  }
  return { store, send }
}

const late = () => new Error('late')

test('an operation asks for the clock of the store once a minute', async () => {
  const { store, send } = createClock(1_000_000)
  const inTime = createDeadlines(5, late)
  expect(await inTime(send)).toBe('done')
  vi.advanceTimersByTime(59_999)
  expect(await inTime(send)).toBe('done')
  vi.advanceTimersByTime(1)
  expect(await inTime(send)).toBe('done')
  const [, first, second, , third] = store.deadlines
  expect(store.deadlines).toEqual([undefined, first, second, undefined, third])
  expect([Number(second) - Number(first), Number(third) - Number(second)]).toEqual([59_999, 1])
  expect(store.done).toBe(3)
})

test.each([
  { title: 'forward by an hour', step: 3_600_000, deadlines: 4 },
  { title: 'back by an hour', step: -3_600_000, deadlines: 3 },
])('an operation is done once when the clock of the store is set $title', async ({ step, deadlines }) => {
  const { store, send } = createClock(0)
  const inTime = createDeadlines(5, late)
  await inTime(send)
  store.ahead += step
  expect(await inTime(send)).toBe('done')
  expect(store.deadlines).toHaveLength(deadlines)
  expect(store.done).toBe(2)
})

test.each([
  { title: 'in time', wait: 4_999, expected: 'done' },
  { title: 'too late', wait: 5_000, expected: late() },
])('an operation that arrives $title', async ({ wait, expected }) => {
  const { store, send } = createClock(0)
  const inTime = createDeadlines(5, late)
  await inTime(send)
  const held = inTime(async (deadline) => {
    vi.advanceTimersByTime(wait)
    return send(deadline)
  }).catch((error: unknown) => error)
  expect(await held).toEqual(expected)
  expect(store.done).toBe(expected === 'done' ? 2 : 1)
})
