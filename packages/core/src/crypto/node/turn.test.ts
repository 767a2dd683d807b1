import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runWithoutHoldup } from './turn.js'

/** Milliseconds; the machine's own clock would make the tests depend on what else runs there. */
let time = 1000
beforeAll(() => void vi.spyOn(performance, 'now').mockImplementation(() => time))
afterAll(() => void vi.restoreAllMocks())

const onThePool = (): Promise<'pool'> => Promise.resolve('pool')
const onTheSpot = (): 'spot' => 'spot'
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Holds up the event loop as the operations themselves do. */
const slow = (milliseconds: number) => (): 'spot' => {
  time += milliseconds
  return 'spot'
}

test('alone: on the spot', async () => {
  await turn()
  expect(runWithoutHoldup(onTheSpot, onThePool)).toBe('spot')
})

test('one after the other: on the spot', async () => {
  await turn()
  for (let i = 0; i < 5; i++) {
    expect(runWithoutHoldup(onTheSpot, onThePool)).toBe('spot')
    await undefined
  }
})

test('several at once: the first on the spot, the others on the pool', async () => {
  await turn()
  const asked = Array.from({ length: 4 }, () => runWithoutHoldup(onTheSpot, onThePool))
  expect(await Promise.all(asked)).toEqual(['spot', 'pool', 'pool', 'pool'])
})

test('a turn that is used up: the next waits for the next turn, those behind it go to the pool', async () => {
  await turn()
  expect(runWithoutHoldup(slow(10), onThePool)).toBe('spot')
  await undefined
  const order: string[] = []
  const deferred = Promise.resolve(runWithoutHoldup(onTheSpot, onThePool)).then((where) => order.push(where))
  await undefined
  const pooled = Promise.resolve(runWithoutHoldup(onTheSpot, onThePool)).then((where) => order.push(where))
  await Promise.all([deferred, pooled])
  expect(order).toEqual(['pool', 'spot'])
})

test('what fails on the spot fails alike when it was deferred', async () => {
  await turn()
  runWithoutHoldup(slow(10), onThePool)
  await undefined
  const failing = (): never => {
    throw new Error('wrong key')
  }
  await expect(async () => runWithoutHoldup(failing, onThePool)).rejects.toThrow('wrong key')
})
