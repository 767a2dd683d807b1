import { describe, expect, test } from 'vitest'
import { compareTimes } from './welch.js'

/** Numbers around 10 that are the same at each run. */
function* numbers(seed: number): Generator<number> {
  let state = seed
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    yield 9.5 + state / 2 ** 31
  }
}

function classes(count: number, change: (time: number, isOne: boolean, index: number) => number = (t) => t) {
  const source = numbers(7)
  const ones: number[] = []
  const others: number[] = []
  for (let i = 0; i < count; i++) {
    ones.push(change(source.next().value ?? 0, true, i))
    others.push(change(source.next().value ?? 0, false, i))
  }
  return { ones, others }
}

describe('compareTimes', () => {
  test('sees no difference where there is none', () => {
    expect(Math.abs(compareTimes(classes(10_000)).t)).toBeLessThan(4.5)
  })

  test('sees a hundredth of the spread, and which class is slower', () => {
    const slower = compareTimes(classes(20_000, (time, isOne) => (isOne ? time + 0.03 : time)))
    expect(slower.t).toBeGreaterThan(4.5)
    expect(slower.difference).toBeGreaterThan(0)
    expect(compareTimes(classes(20_000, (time, isOne) => (isOne ? time : time + 0.03))).t).toBeLessThan(-4.5)
  })

  test('sees it through interruptions, which hide it from all times together', () => {
    const interrupted = classes(20_000, (time, isOne, i) =>
      i % 50 === 0 ? time + (i % 7) * 1000 : isOne ? time + 0.03 : time,
    )
    const { t, share } = compareTimes(interrupted)
    expect(t).toBeGreaterThan(4.5)
    expect(share).toBeLessThan(1)
  })

  test('sees classes that have no time in common', () => {
    expect(compareTimes(classes(1000, (time, isOne) => (isOne ? time + 5 : time)))).toMatchObject({
      t: Number.POSITIVE_INFINITY,
    })
  })

  test('sees a difference without any spread', () => {
    const all = (time: number) => Array<number>(1000).fill(time)
    expect(compareTimes({ ones: all(2), others: all(2) })).toMatchObject({ t: 0, difference: 0 })
    // Both are among all times; of the shortest half only one is.
    expect(compareTimes({ ones: all(3), others: all(2) })).toMatchObject({ t: Number.POSITIVE_INFINITY })
  })

  test('needs enough times', () => {
    expect(() => compareTimes(classes(99))).toThrow(RangeError)
  })
})
