import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import {
  guardOptions,
  type OnFailure,
  type SecureOption,
  secureOption,
  throwsOnFailure,
} from './adapter-options.js'

test.each([
  { onFailure: undefined, throws: false },
  { onFailure: 'respond', throws: false },
  { onFailure: 'throw', throws: true },
] as const)('onFailure: $onFailure', ({ onFailure, throws }) => {
  expect(throwsOnFailure({ onFailure })).toBe(throws)
})

test.each(['next', '', null, true, () => undefined])('refuses onFailure: %s', (onFailure) => {
  // What a caller without types could write.
  expect(() => throwsOnFailure({ onFailure: onFailure as OnFailure })).toThrow(
    /^onFailure: must be one of respond, throw/,
  )
})

test.each([null, 'console', {}, { info: true }, () => undefined])('refuses logger: %s', (logger) => {
  expect(() => guardOptions(untyped({ logger }))).toThrow(/^logger: must have a method info/)
  expect(guardOptions({ logger: console }).throws).toBe(false)
})

test('an adapter without the option logger refuses it', () => {
  expect(() => throwsOnFailure(untyped({ logger: console }))).toThrow(/has no option "logger"/)
})

test.each<{ title: string; secure: SecureOption<string> | undefined; is: boolean }>([
  { title: 'true', secure: true, is: true },
  { title: 'false', secure: false, is: false },
  { title: 'left out, and detected', secure: undefined, is: true },
  { title: 'a function that returns true', secure: (request) => request === 'tls', is: true },
  { title: 'a function that returns false', secure: (request) => request !== 'tls', is: false },
  { title: 'a function that returns text', secure: (() => 'false') as never, is: false },
  { title: 'a function that returns a promise', secure: (async () => false) as never, is: false },
])('secure: $title', ({ secure, is }) => {
  expect(secureOption(secure, (request) => request === 'tls')('tls')).toBe(is)
})

test('secure: a function that promises and fails ends no process', async () => {
  const secure: SecureOption<string> = untyped(async () => Promise.reject(new Error('bad')))
  expect(secureOption(secure, () => true)('tls')).toBe(false)
  // An unhandled rejection would fail the run here.
  await setImmediate()
})

test.each(['true', 1, null])('refuses secure: %s', (secure) => {
  // What a caller without types could write.
  expect(() => secureOption(secure as never, () => true)).toThrow(
    /^secure: must be true, false or a function/,
  )
})
