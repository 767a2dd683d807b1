import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonCopy } from './issued-claims.js'

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

class Point {
  x = 1
}

describe('is equal to a JSON round trip', () => {
  test.each<[string, object]>([
    ['nothing', {}],
    ['flat claims', { sub: 'a', n: 1.5, b: true, none: null }],
    ['lists and objects', { roles: ['a', ['b', { c: [] }]], address: { street: { no: 1 } } }],
    ['members that JSON leaves out', { a: undefined, b: () => 1, c: Symbol('c') }],
    ['what it writes as null', { a: Number.NaN, b: Infinity, c: [undefined, () => 1] }],
    ['a list with a hole', { a: Array(2) }],
    ['minus zero', { a: -0, b: [-0] }],
    ['a date', { a: new Date(0), b: [new Date(1)] }],
    ['toJSON', { a: { toJSON: () => ({ b: 1 }) } }],
    ['toJSON on a list', { a: Object.assign(['b'], { toJSON: () => 'c' }) }],
    ['an instance of a class', { a: new Point(), b: [new Point()] }],
    ['boxed values', { a: new String('b'), b: new Number(1) }],
    ['an object without prototype', { a: Object.assign(Object.create(null), { b: 1 }) }],
    ['inherited members', { a: Object.create({ b: 1 }) }],
    ['a member called __proto__', { ['__proto__']: { iss: 'x' }, a: { ['__proto__']: [1] } }],
    ['names in the order of numbers', { b: 1, 2: 1, 1: { 4: 1, 3: 1 } }],
    ['nesting deeper than is copied by hand', { a: JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`) }],
  ])('%s', (_, value) => {
    const copy = jsonCopy(value)
    expect(copy).toStrictEqual(throughJson(value))
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value))
  })

  test('for any value', () => {
    const anything = fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true })
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), (value) => {
        expect(JSON.stringify(jsonCopy(value))).toBe(JSON.stringify(value))
      }),
    )
  })
})

test('shares nothing with the original', () => {
  const claims = { roles: ['a'], address: { city: 'b' } }
  const copy = jsonCopy(claims)
  claims.roles.push('admin')
  claims.address.city = 'c'
  expect(copy).toEqual({ roles: ['a'], address: { city: 'b' } })
})

test('sets no prototype', () => {
  const copy = jsonCopy(JSON.parse('{"__proto__":{"iss":"https://evil.example"}}'))
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
  expect(copy).not.toHaveProperty('iss')
})

test.each<[string, () => unknown]>([
  [
    'a circle',
    () => {
      const list: unknown[] = []
      list.push(list)
      return { list }
    },
  ],
  ['a bigint', () => ({ a: 1n })],
  [
    'a getter that throws',
    () => ({
      get a() {
        throw new Error('no')
      },
    }),
  ],
])('throws for %s', (_, make) => {
  expect(() => jsonCopy(make())).toThrow()
})
