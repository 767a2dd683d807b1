import { afterEach, describe, expect, test, vi } from 'vitest'
import { separateLoads, sharedLoads, tiesIoToRequests } from './shared-loads.js'

afterEach(() => vi.unstubAllGlobals())

test.each([
  { navigator: { userAgent: 'Cloudflare-Workers' }, ties: true },
  { navigator: { userAgent: 'Node.js/24' }, ties: false },
  { navigator: undefined, ties: false },
])('$navigator ties I/O to requests: $ties', ({ navigator, ties }) => {
  vi.stubGlobal('navigator', navigator)
  expect(tiesIoToRequests()).toBe(ties)
})

/** Loads that end when a test says so. */
function loads() {
  const began: number[] = []
  const ends: (() => void)[] = []
  const load = (now: number): Promise<void> => {
    began.push(now)
    return new Promise((resolve) => ends.push(resolve))
  }
  return { began, load, end: () => ends.shift()?.() }
}

describe('where requests can wait for one another', () => {
  test('there is one load at a time, which all join', async () => {
    const { began, load, end } = loads()
    const shared = sharedLoads(load, undefined)
    expect(shared.current).toBeUndefined()
    const first = shared.join(1)
    expect(shared.current).toBe(first)
    expect(shared.join(2)).toBe(first)
    expect(shared.startInBackground(3)).toBeUndefined()
    expect(began).toEqual([1])
    end()
    await first
    expect(shared.current).toBeUndefined()
    shared.join(4)
    expect(began).toEqual([1, 4])
  })

  test('none is elsewhere, and one in the background can be joined', () => {
    const { began, load } = loads()
    const shared = sharedLoads(load, undefined)
    expect(shared.canLoadInBackground).toBe(true)
    expect(shared.startInBackground(1)).toBeUndefined()
    expect(began).toEqual([1])
    expect(shared.current).toBeInstanceOf(Promise)
    expect(shared.isElsewhere(1)).toBe(false)
  })

  test('background work is passed to waitUntil, once', () => {
    const told: Promise<unknown>[] = []
    const shared = sharedLoads(loads().load, (promise) => told.push(promise))
    shared.startInBackground(1)
    shared.startInBackground(2)
    expect(told).toEqual([shared.current])
  })

  test('background work may fail', async () => {
    const { continueInBackground } = sharedLoads(loads().load, undefined)
    expect(continueInBackground(Promise.reject(new Error('disk')))).toBeUndefined()
    // A rejection that nobody handles would be reported after this turn.
    await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('where a request can wait only for itself', () => {
  test('each that needs keys loads them for itself', async () => {
    const { began, load, end } = loads()
    const shared = separateLoads(load, undefined, 5)
    const [one, two] = [shared.join(1), shared.join(1)]
    expect(one).not.toBe(two)
    expect(began).toEqual([1, 1])
    expect(shared.current).toBeUndefined()
    end()
    end()
    await Promise.all([one, two])
  })

  test('the others know that one is loading, until it ends or must have been cut off', async () => {
    const { load, end } = loads()
    const shared = separateLoads(load, undefined, 5)
    expect(shared.isElsewhere(100)).toBe(false)
    const loading = shared.join(100)
    expect([99, 100, 104, 105].map((now) => shared.isElsewhere(now))).toEqual([false, true, true, false])
    end()
    await loading
    expect(shared.isElsewhere(101)).toBe(false)
  })

  test('one waits for the load while the others use the last keys', async () => {
    const { began, load, end } = loads()
    const shared = separateLoads(load, undefined, 5)
    expect(shared.canLoadInBackground).toBe(false)
    const loading = shared.startInBackground(100)
    expect(loading).toBeInstanceOf(Promise)
    expect(shared.startInBackground(101)).toBeUndefined()
    expect(began).toEqual([100])
    end()
    await loading
  })

  test('none waits if the runtime keeps the work alive', async () => {
    const { load, end } = loads()
    const told: Promise<unknown>[] = []
    const shared = separateLoads(load, (promise) => told.push(promise), 5)
    expect(shared.canLoadInBackground).toBe(true)
    expect(shared.startInBackground(100)).toBeUndefined()
    expect(told).toHaveLength(1)
    end()
    await Promise.all(told)
    expect(shared.isElsewhere(100)).toBe(false)
  })
})
