import { expect, test } from 'vitest'
import { deepFreeze, isImmutable, isSame } from './claims.js'

test.each<[string, () => { inner: object }]>([
  ['objects', () => ({ inner: {} })],
  ['lists', () => ({ inner: [] })],
  ['objects without a prototype', () => Object.assign(Object.create(null), { inner: Object.create(null) })],
  ['what is frozen at the surface', () => Object.freeze({ inner: {} })],
  ['members beside what cannot be frozen', () => ({ none: null, text: 'a', act: () => 1, inner: {} })],
])('freezes deeply: %s', (_, make) => {
  const value = make()
  expect(deepFreeze(value)).toBe(value)
  expect(Object.isFrozen(value) && Object.isFrozen(value.inner)).toBe(true)
})

test.each([['a'], [1], [null], [undefined], [new Map()], [new Date(0)]])('leaves alone: %s', (value) => {
  expect(deepFreeze(value)).toBe(value)
  expect(deepFreeze({ value }).value).toBe(value)
})

test('handles circular values', () => {
  const circle: { self?: object } = {}
  circle.self = circle
  expect(Object.isFrozen(deepFreeze(circle))).toBe(true)
  expect(deepFreeze(circle)).toBe(circle)
})

const frozen = Object.freeze({ a: 1 })

test.each<[string, unknown, unknown]>([
  ['an object', Object.freeze({}), {}],
  ['a list', Object.freeze([]), []],
  ['what stands in a list', Object.freeze([frozen]), Object.freeze([{}])],
  ['one member of several', Object.freeze({ a: frozen, b: frozen }), Object.freeze({ a: frozen, b: {} })],
  ['a map, which changes however frozen it is', frozen, Object.freeze(new Map())],
  ['a function', null, () => 1],
  ['what stands under a symbol', Object.freeze({}), Object.freeze({ [Symbol('a')]: {} })],
])('distinguishes a mutable value from its frozen twin: %s', (_, immutable, mutable) => {
  expect(isImmutable(immutable)).toBe(true)
  expect(isImmutable(mutable)).toBe(false)
})

function circular(): object {
  const circle: { self?: object } = {}
  circle.self = circle
  return circle
}
const circle = circular()

test.each<[title: string, one: unknown, twin: unknown, other: unknown]>([
  ['text', 'a', 'a', 'b'],
  ['numbers', Number.NaN, Number.NaN, 0],
  ['nothing', null, null, undefined],
  ['lists', [1, [2]], [1, [2]], [1, [3]]],
  ['a longer list', [1], [1], [1, 2]],
  ['an object and a list', {}, {}, []],
  ['an object with a prototype and one without', {}, {}, Object.create(null)],
  ['a member that is undefined and none', { a: undefined }, { a: undefined }, { b: undefined }],
  ['another member', { a: { b: 1 } }, { a: { b: 1 } }, { a: { b: 1 }, c: 1 }],
  ['an inherited member', { toString: 1 }, { toString: 1 }, { a: 1 }],
  ['what contains itself', circle, circle, circular()],
])('distinguishes: %s', (_, one, twin, other) => {
  expect(isSame(one, twin)).toBe(true)
  expect(isSame(one, other)).toBe(false)
  expect(isSame(other, one)).toBe(false)
})
