import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { chain } from '../maybe-promise.js'
import { IssuerLookup, type IssuerLookupOptions } from './issuer-lookup.js'

const unavailable = expect.objectContaining({ code: 'SB_KEYS_UNAVAILABLE' })

/** A lookup whose answers, and whose clock, a test sets. */
function setUp(options: Partial<IssuerLookupOptions<object>> = {}) {
  const state = {
    seconds: 0,
    asked: 0,
    find: (): object | Promise<object | undefined> | undefined => undefined,
  }
  const lookup = new IssuerLookup<object>({
    find: () => {
      state.asked++
      return state.find()
    },
    now: () => state.seconds,
    maxIssuers: 10,
    keepFor: 60,
    maxStale: 300,
    unknownFor: 10,
    share: true,
    onError: () => {},
    ...options,
  })
  /** Looks an issuer up, as for a token that then is verified or not. */
  const get = (iss: string, isVerified = true) =>
    chain(lookup.get(iss), (known) => {
      if (known !== undefined && isVerified) lookup.verified(iss, known)
      return known?.value
    })
  return { state, lookup, get }
}

const fail = (): never => {
  throw new Error('down')
}

test('works after more failures than the maximum of concurrent lookups', () => {
  const { state, get } = setUp()
  state.find = fail
  for (let i = 0; i < 150; i++) expect(() => get(`issuer ${i}`)).toThrow(unavailable)
  state.find = () => state
  expect(get('another')).toBe(state)
})

test('unknown names do not delay known ones', async () => {
  const { state, get } = setUp()
  const [before, after] = [{}, {}]
  state.find = () => before
  expect(get('a')).toBe(before)
  state.find = () => new Promise(() => {})
  for (let i = 0; i < 100; i++) void get(`invented ${i}`)
  expect(() => get('invented 100')).toThrow(unavailable)
  // Time to ask again who `a` is.
  state.seconds = 61
  state.find = async () => after
  expect(await get('a')).toBe(after)
  expect(() => get('invented 100')).toThrow(unavailable)
})

describe('an issuer that is known', () => {
  test('is used while lookups fail, up to maxStale, and again when they work', () => {
    const { state, get } = setUp()
    const known = {}
    state.find = () => known
    expect(get('a')).toBe(known)
    state.find = fail
    for (const seconds of [61, 122, 183, 244, 299]) {
      state.seconds = seconds
      expect(get('a')).toBe(known)
    }
    state.seconds = 300
    expect(() => get('a')).toThrow(unavailable)
    state.seconds = 305
    state.find = () => state
    expect(get('a')).toBe(state)
    state.seconds = 365
    state.find = fail
    expect(get('a')).toBe(state)
  })

  test('is looked up again after a clock that was ahead has been put right', () => {
    const { state, get } = setUp()
    state.find = () => ({})
    state.seconds = 1_000_000
    const ahead = get('a')
    state.seconds = 10
    expect(get('a')).not.toBe(ahead)
    state.find = fail
    state.seconds = 311
    expect(() => get('a')).toThrow(unavailable)
  })

  test.each([
    { title: 'none was found', find: () => undefined },
    { title: 'the lookup failed', find: fail },
  ])('is looked up again where $title by a clock that was ahead', ({ find }) => {
    const { state, get } = setUp()
    state.seconds = 1_000_000
    state.find = find
    try {
      expect(get('a')).toBeUndefined()
    } catch (error) {
      expect(error).toEqual(unavailable)
    }
    state.seconds = 10
    state.find = () => state
    expect(get('a')).toBe(state)
  })

  describe('whose lookup hangs', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
    afterEach(() => void vi.useRealTimers())

    test.each([true, false])('delays requests by half a second at most, once (shared: %s)', async (share) => {
      const { state, get } = setUp({ share })
      const [before, after] = [{}, {}]
      state.find = () => before
      get('a')
      const answers: ((value: object) => void)[] = []
      state.find = () => new Promise((resolve) => answers.push(resolve))
      state.seconds = 61
      const first = [get('a'), get('a')]
      await vi.advanceTimersByTimeAsync(499)
      expect(await Promise.race([...first, 'waiting'])).toBe('waiting')
      await vi.advanceTimersByTimeAsync(1)
      expect(await Promise.all(first)).toEqual([before, before])
      expect(get('a')).toBe(before)
      state.seconds = 70
      if (share) expect(get('a')).toBe(before)
      answers[0]?.(after)
      await vi.advanceTimersByTimeAsync(0)
      expect(get('a')).toBe(after)
    })

    test('makes requests wait after maxStale', async () => {
      const { state, get } = setUp()
      state.find = () => state
      get('a')
      state.find = () => new Promise(() => {})
      state.seconds = 300
      const found = get('a')
      await vi.advanceTimersByTimeAsync(1_000)
      expect(await Promise.race([found, 'waiting'])).toBe('waiting')
    })
  })
})

describe('names in tokens that are not verified', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `tenant ${i}`)

  test('evict no issuer of verified tokens, even names of real tenants', () => {
    const { state, get } = setUp()
    state.find = () => ({})
    const busy = names(10).map((iss) => get(iss))
    for (const iss of names(1_000)) get(iss, false)
    state.asked = 0
    expect(names(10).map((iss) => get(iss))).toEqual(busy)
    expect(state.asked).toBe(0)
  })

  test('count as no use, so that the least used issuer is evicted', () => {
    const { state, get } = setUp({ maxIssuers: 2 })
    state.find = () => ({})
    const [busy, idle] = [get('busy'), get('idle')]
    get('busy')
    for (let i = 0; i < 10; i++) get('idle', false)
    get('new')
    state.asked = 0
    expect(get('busy')).toBe(busy)
    expect(state.asked).toBe(0)
    expect(get('idle')).not.toBe(idle)
  })

  test('do not displace a tenant whose first token is being verified', () => {
    const { state, lookup, get } = setUp()
    state.find = () => ({})
    const known = lookup.get('new')
    for (const iss of names(1_000)) get(iss, false)
    if (known === undefined || known instanceof Promise) throw new Error('found at once')
    lookup.verified('new', known)
    state.asked = 0
    expect(get('new')).toBe(known.value)
    expect(state.asked).toBe(0)
  })

  test.each([
    { title: 'was forgotten', drop: (lookup: IssuerLookup<object>) => lookup.forget('a') },
    { title: 'is gone', drop: undefined },
  ])('do not restore a tenant that $title while a token was being verified', ({ drop }) => {
    const { state, lookup, get } = setUp()
    state.find = () => state
    const known = lookup.get('a')
    if (known === undefined || known instanceof Promise) throw new Error('found at once')
    state.find = () => undefined
    state.seconds = 61
    if (drop === undefined) expect(get('a')).toBeUndefined()
    else drop(lookup)
    lookup.verified('a', known)
    expect(get('a')).toBeUndefined()
  })
})

test('forgets one issuer, and the lookups of no other', async () => {
  const { state, lookup, get } = setUp()
  const answers = new Map<string, (value: object) => void>()
  const begin = (iss: string) => {
    state.find = () => new Promise((resolve) => answers.set(iss, resolve))
    return get(iss)
  }
  const [a, b] = [begin('a'), begin('b')]
  lookup.forget('a')
  for (const answer of answers.values()) answer(state)
  await Promise.all([a, b])
  state.asked = 0
  expect(get('b')).toBe(state)
  expect(state.asked).toBe(0)
  await Promise.race([get('a'), undefined])
  expect(state.asked).toBe(1)
})

test('does not cache a failure that began before forget', async () => {
  const { state, lookup, get } = setUp()
  let reject: (error: Error) => void = () => {}
  state.find = () =>
    new Promise((_, fails) => {
      reject = fails
    })
  const first = get('a')
  lookup.forget('a')
  reject(new Error('down'))
  await expect(first).rejects.toEqual(unavailable)
  state.find = () => state
  expect(get('a')).toBe(state)
})

test('caches a failure for five seconds', () => {
  const { state, get } = setUp()
  state.find = fail
  expect(() => get('a')).toThrow(unavailable)
  expect(() => get('a')).toThrow(unavailable)
  expect(state.asked).toBe(1)
  state.seconds = 5
  expect(() => get('a')).toThrow(unavailable)
  expect(state.asked).toBe(2)
})

test('caches a name of the maximum length, and no longer one', () => {
  const { state, get } = setUp()
  state.find = () => state
  for (const length of [2_048, 2_048, 2_049, 2_049]) get('x'.repeat(length))
  expect(state.asked).toBe(3)
})

test('shares a lookup in progress, but none from before forget', async () => {
  const { state, lookup } = setUp()
  const answers: ((value: object) => void)[] = []
  state.find = () => new Promise((resolve) => answers.push(resolve))
  const [before, shared] = [lookup.get('a'), lookup.get('a')]
  expect(shared).toBe(before)
  lookup.forget('a')
  const after = lookup.get('a')
  expect(after).not.toBe(before)
  answers[0]?.({})
  await before
  expect(lookup.get('a')).toBe(after)
  answers[1]?.(state)
  expect((await after)?.value).toBe(state)
  expect(state.asked).toBe(2)
})
