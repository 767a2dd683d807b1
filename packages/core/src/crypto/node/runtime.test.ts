import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runWithoutBlocking } from './runtime.js'

/** Milliseconds; a real clock would make the tests depend on the load of the machine. */
let time = 1000
beforeAll(() => void vi.spyOn(performance, 'now').mockImplementation(() => time))
afterAll(() => void vi.restoreAllMocks())

const onPool = (): Promise<'pool'> => Promise.resolve('pool')
const synchronous = (): 'spot' => 'spot'
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Blocks the event loop like the operations themselves. */
const slow = (milliseconds: number) => (): 'spot' => {
  time += milliseconds
  return 'spot'
}

test('a single operation runs synchronously', async () => {
  await turn()
  expect(runWithoutBlocking(synchronous, onPool)).toBe('spot')
})

test('sequential operations run synchronously', async () => {
  await turn()
  for (let i = 0; i < 5; i++) {
    expect(runWithoutBlocking(synchronous, onPool)).toBe('spot')
    await undefined
  }
})

test('of several concurrent operations, only the first runs synchronously', async () => {
  await turn()
  const asked = Array.from({ length: 4 }, () => runWithoutBlocking(synchronous, onPool))
  expect(await Promise.all(asked)).toEqual(['spot', 'pool', 'pool', 'pool'])
})

test('once the time is used up, the next operation waits for the next iteration and later ones use the pool', async () => {
  await turn()
  expect(runWithoutBlocking(slow(10), onPool)).toBe('spot')
  await undefined
  const order: string[] = []
  const deferred = Promise.resolve(runWithoutBlocking(synchronous, onPool)).then((where) => order.push(where))
  await undefined
  const pooled = Promise.resolve(runWithoutBlocking(synchronous, onPool)).then((where) => order.push(where))
  await Promise.all([deferred, pooled])
  expect(order).toEqual(['pool', 'spot'])
})

test('a deferred operation fails like a synchronous one', async () => {
  await turn()
  runWithoutBlocking(slow(10), onPool)
  await undefined
  const failing = (): never => {
    throw new Error('wrong key')
  }
  await expect(async () => runWithoutBlocking(failing, onPool)).rejects.toThrow('wrong key')
})
