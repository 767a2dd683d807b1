import { expect, test } from 'vitest'
import { growthOf } from './growth.js'

const sizes = [1, 10, 100, 1000]

test.each([
  { title: 'the same everywhere', costs: [5, 5, 5, 5], growth: 'flat' },
  { title: 'noise', costs: [5, 6, 5.5, 4.5], growth: 'flat' },
  { title: 'a share for each, and a fixed part', costs: [7, 25, 205, 2005], growth: 'linear' },
  { title: 'a logarithm', costs: [1, 4, 7, 10], growth: 'less than linear' },
  { title: 'a square', costs: [1, 100, 10_000, 1_000_000], growth: 'more than linear' },
])('$title is $growth', ({ costs, growth }) => {
  expect(growthOf(sizes, costs)).toBe(growth)
})

test('two points say nothing', () => {
  expect(() => growthOf([1, 2], [1, 2])).toThrow(RangeError)
})
