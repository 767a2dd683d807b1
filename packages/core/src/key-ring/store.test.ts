import { expect, test } from 'vitest'
import { createMemoryRings, isKeyRingStore } from './store.js'

const act = (): undefined => undefined

test.each<[string, unknown, boolean]>([
  ['one in memory', createMemoryRings(), true],
  ['an object with both', { load: act, save: act }, true],
  ['one that inherits both', Object.create({ load: act, save: act }), true],
  ['one that cannot save', { load: act }, false],
  ['one that cannot load', { save: act }, false],
  ['one whose save is no function', { load: act, save: true }, false],
  ['one whose load is no function', { load: true, save: act }, false],
  ['a function', Object.assign(() => 0, { load: act, save: act }), false],
  ['null', null, false],
  ['nothing', undefined, false],
  ['text', 'store', false],
])('recognizes a store: %s', (_, value, isOne) => {
  expect(isKeyRingStore(value)).toBe(isOne)
})

test('keeps what was saved last over what was there', async () => {
  const store = createMemoryRings()
  expect(await store.load()).toBeUndefined()
  expect(await store.save('other', '1')).toBeUndefined()
  const first = await store.save('one', undefined)
  expect(first).toBe('1')
  expect(await store.save('other', undefined)).toBeUndefined()
  expect(await store.load()).toEqual({ text: 'one', version: first })
  const second = await store.save('two', first)
  expect(second).toBe('2')
  expect(await store.save('other', first)).toBeUndefined()
  expect(await store.load()).toEqual({ text: 'two', version: second })
})
