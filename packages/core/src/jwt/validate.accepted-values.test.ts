import { expect, test } from 'vitest'
import { acceptedValues } from './validate.js'

const texts = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `https://${i}.example.com`)

test.each([1, 2, 8, 9, 1000])('of %i texts, each is accepted, and no similar one', (count) => {
  const known = acceptedValues(texts(count))
  for (const text of texts(count)) {
    const others = [`${text}/`, text.slice(1), text.replace('com', 'org'), text.toUpperCase(), '']
    expect(known.has(text)).toBe(true)
    expect(known.hasAny([...others, text])).toBe(true)
    expect(others.filter(known.has)).toEqual([])
    expect(known.hasAny(others)).toBe(false)
  }
  expect(known.hasAny([])).toBe(false)
  expect(known.has('x'.repeat(100_000))).toBe(false)
})

test('there may be more of them than a call has room for arguments', () => {
  const many = texts(300_000)
  const known = acceptedValues(many)
  expect(known.has('https://299999.example.com')).toBe(true)
  expect(known.has('https://300000.example.com')).toBe(false)
})

test('inherited members are not accepted', () => {
  for (const count of [1, 9]) {
    expect(['__proto__', 'constructor', 'length', '0'].filter(acceptedValues(texts(count)).has)).toEqual([])
  }
})

test.each([1, 9])('of %i texts, a list that grows later changes nothing', (count) => {
  const list = [...texts(count)]
  const known = acceptedValues(list)
  list.push('https://attacker.example.com')
  expect(known.has('https://attacker.example.com')).toBe(false)
  expect(known.hasAny(['https://attacker.example.com'])).toBe(false)
})
