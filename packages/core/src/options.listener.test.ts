import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { untyped } from '../test-kit/untyped.js'
import { listenerOption } from './options.js'

test.each<[string, (value: number) => void]>([
  [
    'throws',
    () => {
      throw new Error('bad')
    },
  ],
  ['rejects', () => Promise.reject(new Error('bad'))],
  [
    'rejects in a way of its own',
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library
    () => ({ then: (_: unknown, reject: (error: Error) => void) => reject(new Error('bad')) }),
  ],
])('a listener that %s has no effect on the caller', async (_, act) => {
  const heard: number[] = []
  const tell = listenerOption<number>(
    'onEvent',
    (value) => {
      heard.push(value)
      return act(value)
    },
    'an event',
  )
  expect(tell(7)).toBeUndefined()
  expect(heard).toEqual([7])
  // An unhandled rejection would fail the run here.
  await setImmediate()
})

test('does nothing without a listener, and must be a function', () => {
  expect(listenerOption('onEvent', undefined, 'an event')(1)).toBeUndefined()
  expect(() => listenerOption('onEvent', untyped('log'), 'an event')).toThrow(
    /^onEvent: must be a function that accepts an event$/,
  )
})
