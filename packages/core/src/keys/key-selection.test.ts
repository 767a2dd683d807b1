import { expect, test } from 'vitest'
import { isKeySet } from './key-selection.js'

const select = (): [] => []

test.each<[string, unknown, boolean]>([
  ['an object that selects', { generation: 0, select }, true],
  ['one that inherits it', Object.create({ select }), true],
  ['an object that does not', { generation: 0 }, false],
  ['an object whose member is no function', { select: [] }, false],
  ['a function', Object.assign(() => [], { select }), false],
  ['nothing', undefined, false],
  ['null', null, false],
  ['text', 'select', false],
])('tells a key set: %s', (_, value, isOne) => {
  expect(isKeySet(value)).toBe(isOne)
})
