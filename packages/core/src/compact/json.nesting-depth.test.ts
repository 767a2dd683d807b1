import { afterEach, expect, test, vi } from 'vitest'
import { isNestedDeeper, parseJsonObject } from './json.js'

afterEach(() => {
  vi.restoreAllMocks()
})

const lists = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
/** Sibling lists, enough of them that their depth is checked. */
const many = Array.from({ length: 600 }, () => '[]').join()

test.each([
  ['lists', `{"a":${lists(10_000)}}`],
  ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['unterminated lists', `{"a":${'['.repeat(10_000)}`],
  ['lists and objects in turn', `{"a":${'[{"a":'.repeat(500)}1${'}]'.repeat(500)}}`],
  ['one list too deep behind many', `{"a":[${many}],"b":${lists(32)}}`],
  ['brackets behind a quote in text', `{"a":[${many}],"b":"\\"","c":${lists(32)}}`],
])('refuses %s before anything is parsed', (_, text) => {
  const parse = vi.spyOn(JSON, 'parse')
  expect(parseJsonObject(text)).toBeUndefined()
  expect(parse).not.toHaveBeenCalled()
})

test.each([
  ['as many lists side by side', `{"a":[${many}]}`],
  ['a list just not too deep behind many', `{"a":[${many}],"b":${lists(31)}}`],
  ['brackets in text', `{"a":"${'['.repeat(10_000)}","b":1}`],
  ['brackets in a name', `{"${'{'.repeat(10_000)}":1}`],
  ['brackets in text behind escaped quotes', `{"a":"\\"${'['.repeat(10_000)}\\\\","b":1}`],
])('reads %s', (_, text) => {
  expect(parseJsonObject(text)).toEqual(JSON.parse(text))
})

test('a text with few lists is left to the parser', () => {
  expect(isNestedDeeper(`{"a":${lists(200)}}`, 32)).toBe(false)
  expect(parseJsonObject(`{"a":${lists(200)}}`)).toBeUndefined()
})

test('an unterminated string is left to the parser', () => {
  expect(isNestedDeeper(`{"a":[${many}],"b":"${'['.repeat(100)}`, 32)).toBe(false)
})

test.each([
  { title: 'lists', one: '[]' },
  { title: 'objects', one: '{}' },
  { title: 'both', one: '[{}]' },
])('counts levels, not siblings: $title', ({ one }) => {
  const text = `[${Array.from({ length: 1_000 }, () => one).join(',')}]`
  expect(isNestedDeeper(text, 3)).toBe(false)
  expect(isNestedDeeper(`[[${text}]]`, 3)).toBe(true)
})
