import { expect, test } from 'vitest'
import { median, quantile, ratioOfRounds, spread } from './statistics.js'

test.each([
  { values: [3, 1, 2], middle: 2 },
  { values: [4, 1, 3, 2], middle: 2.5 },
  { values: [10, 9, 100], middle: 10 },
  { values: [7], middle: 7 },
])('median of $values', ({ values, middle }) => {
  expect(median(values)).toBe(middle)
})

test('leaves what it is given in its order', () => {
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2])
})

test('interpolates between neighbours', () => {
  expect(quantile([0, 10, 20, 30, 40], 0.99)).toBeCloseTo(39.6)
  expect(() => quantile([], 0.5)).toThrow(RangeError)
})

test('compares within rounds, so that a slow one changes nothing', () => {
  const others = [10, 100, 10, 10]
  expect(ratioOfRounds([20, 200, 20, 20], others)).toBe(2)
  expect(() => ratioOfRounds([1], others)).toThrow(RangeError)
})

test('spread is half the distance of the quartiles', () => {
  expect(spread([9, 10, 11, 10, 10])).toBe(0)
  expect(spread([8, 9, 10, 11, 12])).toBeCloseTo(0.1)
})
