import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { isKeySet, mayStand } from './key.js'

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
])('recognizes a key set: %s', (_, value, isOne) => {
  expect(isKeySet(value)).toBe(isOne)
})

test.each<[string, unknown, boolean]>([
  ['true', () => true, true],
  ['false', () => false, false],
  ['what passes for true', () => 1, false],
  ['a promise of true', async () => true, false],
  ['a promise that rejects', () => Promise.reject(new Error('bad')), false],
  ['nothing', () => undefined, false],
  ['nothing, because it is no function', true, false],
  ['nothing, because it throws', () => JSON.parse('{'), false],
])('a verification is valid if `use` returns %s: %#', async (_, use, may) => {
  expect(mayStand({ generation: 1, select, use: untyped(use) }, 1)).toBe(may)
  expect(mayStand({ generation: 1, select, use: untyped(use) }, 2)).toBe(false)
  // An unhandled rejection would fail the run here.
  await setImmediate()
})

test('without `use`, a verification is valid until the generation changes', () => {
  expect(mayStand({ generation: 1, select }, 1)).toBe(true)
  expect(mayStand({ generation: 2, select }, 1)).toBe(false)
})
