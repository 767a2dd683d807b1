import { describe, expect, test } from 'vitest'
import { untyped } from '../test-kit/untyped.js'
import { checkMembers, countOption, durationOption, entriesOption, oneOf, stringList } from './options.js'

describe('checkMembers', () => {
  test.each([[{}], [{ a: 1 }], [{ a: undefined, b: null }], [Object.create({ a: 1 })]])(
    'accepts %j',
    (options) => {
      expect(() => checkMembers('place', options, ['a', 'b'])).not.toThrow()
    },
  )

  test.each([
    ['no object', 'text', /^place: must be an object with a, b$/],
    ['nothing', undefined, /^place: must be an object with a, b$/],
    ['null', null, /^place: must be an object with a, b$/],
    ['a list', ['a'], /^place: must be an object with a, b$/],
    ['a misspelt option', { a: 1, B: 2 }, /^place: has no option "B"; it accepts a, b$/],
    ['an option of Object', { toString: 1 }, /^place: has no option "toString"/],
    ['an inherited misspelt option', Object.create({ a: 1, B: 2 }), /^place: has no option "B"/],
  ])('refuses %s', (_, options, message) => {
    expect(() => checkMembers('place', options, ['a', 'b'])).toThrow(message)
    expect(() => checkMembers('place', options, ['a', 'b'])).toThrow(TypeError)
  })

  test('ignores what other code has added to Object.prototype', () => {
    Object.defineProperty(Object.prototype, 'added', {
      value: 1,
      enumerable: true,
      configurable: true,
      writable: true,
    })
    try {
      expect(() => checkMembers('place', { a: 1 }, ['a', 'b'])).not.toThrow()
    } finally {
      Reflect.deleteProperty(Object.prototype, 'added')
    }
  })
})

describe('stringList', () => {
  test.each<[unknown, readonly string[]]>([
    ['one', ['one']],
    [['one'], ['one']],
    [
      ['one', 'two'],
      ['one', 'two'],
    ],
  ])('reads %j', (value, list) => {
    expect(stringList('option', value, 'way out')).toEqual(list)
  })

  test('copies', () => {
    const list = ['one']
    const copy = stringList('option', list, 'way out')
    list.push('two')
    expect(copy).toEqual(['one'])
  })

  test.each([
    [[], /^option: is an empty list; way out$/],
    ['', /^option: way out$/],
    [undefined, /^option: way out$/],
    [null, /^option: way out$/],
    [5, /^option: way out$/],
    [['one', ''], /^option: way out$/],
    [['one', 5], /^option: way out$/],
    [[['one']], /^option: way out$/],
    [new Set(['one']), /^option: way out$/],
    [Array(1), /^option: way out$/],
    [Object.assign([], { 1: 'one' }), /^option: way out$/],
  ])('refuses %j', (value, message) => {
    expect(() => stringList('option', value, 'way out')).toThrow(message)
  })
})

describe('durationOption', () => {
  test('reads seconds, text and nothing', () => {
    expect(durationOption('option', 5)).toBe(5)
    expect(durationOption('option', '15m')).toBe(900)
    expect(durationOption('option', undefined)).toBeUndefined()
  })

  test.each([-1, '15', Number.NaN, null, '-5s'])('refuses %j', (value) => {
    expect(() => durationOption('option', untyped(value))).toThrow(/^option: must be seconds .*'15m'$/)
  })
})

describe('countOption', () => {
  test.each([1, 2, Number.MAX_SAFE_INTEGER])('accepts %d', (value) => {
    expect(countOption('option', value, 1)).toBe(value)
  })

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, undefined])(
    'refuses %j',
    (value) => {
      expect(() => countOption('option', value, 1)).toThrow('option: must be a whole number of at least 1')
    },
  )
})

describe('entriesOption', () => {
  test.each([1, 10_000_000])('accepts %d', (value) => {
    expect(entriesOption('option', value)).toBe(value)
  })

  test.each([
    [0, 'option: must be a whole number of at least 1'],
    [10_000_001, 'option: must be at most 10000000'],
    [4e9, 'option: must be at most 10000000'],
    [Number.MAX_SAFE_INTEGER, 'option: must be at most 10000000'],
  ])('refuses %d', (value, message) => {
    expect(() => entriesOption('option', value)).toThrow(message)
    expect(() => entriesOption('option', value)).toThrow(TypeError)
  })
})

describe('oneOf', () => {
  test('finds what is in the list', () => {
    expect(oneOf('option', 'b', ['a', 'b'])).toBe('b')
  })

  test.each(['c', '', 'A', undefined, null, 0, ['a']])('refuses %j', (value) => {
    expect(() => oneOf('option', value, ['a', 'b'])).toThrow('option: must be one of a, b')
  })
})
