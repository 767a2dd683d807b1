import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { timeoutOption } from '../options.js'
import { checkRemoteOptions } from './remote-key-set-options.js'

test('has defaults', () => {
  expect(checkRemoteOptions('createRemoteKeySet', {})).toMatchObject({
    timeout: 5,
    maxBytes: 262_144,
    bounds: { minAge: 60, maxAge: 3_600 },
    cooldown: 30,
    maxStale: 86_400,
    store: undefined,
    waitUntil: undefined,
  })
})

test('uses the options', async () => {
  const waitUntil = () => {}
  const store = { load: () => undefined, save: () => {} }
  const answer = new Response('{}')
  const events: unknown[] = []
  const checked = checkRemoteOptions('createRemoteKeySet', {
    ...{ timeout: '1s', maxBytes: 1, minAge: 5, maxAge: 5, cooldown: 0, maxStale: '1d' },
    ...{ waitUntil, store, shareLoads: false, now: () => new Date() },
    fetch: async () => answer,
    onEvent: (event) => events.push(event),
  })
  expect(checked).toMatchObject({
    ...{ timeout: 1, maxBytes: 1, bounds: { minAge: 5, maxAge: 5 }, cooldown: 0, maxStale: 86_400 },
    ...{ store, waitUntil: expect.any(Function), shareLoads: false },
  })
  const init = {
    method: 'GET',
    headers: {},
    redirect: 'manual',
    signal: new AbortController().signal,
  } as const
  expect(await checked.fetch('https://auth.example.com/', init)).toBe(answer)
  checked.emit({ type: 'store-failed', url: 'https://auth.example.com/', operation: 'load' })
  expect(events).toHaveLength(1)
})

test.each<[object, RegExp]>([
  [{ ttl: 1 }, /^createRemoteKeySet: has no option "ttl"/],
  [{ timeout: 0 }, /^timeout: must be more than 0 and less than 24 days/],
  [{ timeout: 'soon' }, /^timeout: must be seconds/],
  [{ maxBytes: 0 }, /^maxBytes: /],
  [{ maxStale: 0 }, /^maxStale: must be more than 0, such as '5m'; it counts from the last load$/],
  [{ minAge: -1 }, /^minAge: must be seconds/],
  [{ maxAge: 'long' }, /^maxAge: must be seconds/],
  [{ minAge: 61, maxAge: 60 }, /^minAge: must not be longer than maxAge \(by default 1h\)$/],
  [{ cooldown: -1 }, /^cooldown: must be seconds/],
  [{ maxStale: 'never' }, /^maxStale: must be seconds/],
  [{ shareLoads: 'no' }, /^shareLoads: must be true or false$/],
  [{ waitUntil: true }, /^waitUntil: must be a function that accepts a promise$/],
  [{ onEvent: 'log' }, /^onEvent: must be a function that accepts an event$/],
])('refuses %j', (options, says) => {
  expect(() => checkRemoteOptions('createRemoteKeySet', untyped(options))).toThrow(says)
})

test('a timeout has the maximum of a timer', () => {
  expect(timeoutOption(2_147_483)).toBe(2_147_483)
  expect(() => timeoutOption(2_147_484)).toThrow(/^timeout: /)
})
