import { expect, test } from 'vitest'
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
    unknownFor: 10,
    share: true,
    onError: () => {},
    ...options,
  })
  return { state, lookup }
}

const fail = (): never => {
  throw new Error('down')
}

test('goes on after more failures than may run at once', () => {
  const { state, lookup } = setUp()
  state.find = fail
  for (let i = 0; i < 150; i++) expect(() => lookup.get(`issuer ${i}`)).toThrow(unavailable)
  state.find = () => state
  expect(lookup.get('another')).toBe(state)
})

test('invented names keep no known one waiting', async () => {
  const { state, lookup } = setUp()
  const [before, after] = [{}, {}]
  state.find = () => before
  expect(lookup.get('a')).toBe(before)
  state.find = () => new Promise(() => {})
  for (let i = 0; i < 100; i++) void lookup.get(`invented ${i}`)
  expect(() => lookup.get('invented 100')).toThrow(unavailable)
  // Time to ask again who `a` is.
  state.seconds = 61
  state.find = async () => after
  expect(await lookup.get('a')).toBe(after)
  expect(() => lookup.get('invented 100')).toThrow(unavailable)
})

test('keeps what it knew through one failure after another', () => {
  const { state, lookup } = setUp()
  const known = {}
  state.find = () => known
  expect(lookup.get('a')).toBe(known)
  state.find = fail
  for (let i = 1; i < 5; i++) {
    state.seconds = i * 61
    expect(lookup.get('a')).toBe(known)
  }
})

test('does not remember a failure from before it was told to forget', async () => {
  const { state, lookup } = setUp()
  let reject: (error: Error) => void = () => {}
  state.find = () =>
    new Promise((_, fails) => {
      reject = fails
    })
  const first = lookup.get('a')
  lookup.forget('a')
  reject(new Error('down'))
  await expect(first).rejects.toEqual(unavailable)
  state.find = () => state
  expect(lookup.get('a')).toBe(state)
})

test('remembers a failure for five seconds, and asks again then', () => {
  const { state, lookup } = setUp()
  state.find = fail
  expect(() => lookup.get('a')).toThrow(unavailable)
  expect(() => lookup.get('a')).toThrow(unavailable)
  expect(state.asked).toBe(1)
  state.seconds = 5
  expect(() => lookup.get('a')).toThrow(unavailable)
  expect(state.asked).toBe(2)
})

test('keeps an issuer whose name is as long as one may be, and no longer one', () => {
  const { state, lookup } = setUp()
  state.find = () => state
  for (const length of [2_048, 2_048, 2_049, 2_049]) lookup.get('x'.repeat(length))
  expect(state.asked).toBe(3)
})

test('shares a lookup that another began, and none that began before it was told to forget', async () => {
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
  expect(await after).toBe(state)
  expect(state.asked).toBe(2)
})
