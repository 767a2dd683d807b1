import { describe, expect, test } from 'vitest'
import { countMembersOfText, parseJsonObject as parse } from './json.js'

test.each([
  ['empty', '{}', 0],
  ['one', '{"a":1}', 1],
  ['colons, quotes and braces in text', '{"a":"b\\":\\"c","d":"{\\"e\\":1}"}', 2],
  ['white space around colons', '{ "a" \t\r\n: 1 , "b"\n:\n[ {"c" :null} ] }', 3],
  ['escaped backslash before the closing quote', '{"a":"\\\\","b":"\\\\\\\\"}', 2],
  ['escaped quote after an escaped backslash', '{"a":"\\\\\\"","b":1}', 2],
  ['a name that ends in a backslash', '{"a\\\\":1}', 1],
  ['strings in lists', '{"a":["b","c:","d"]}', 1],
])('counts members: %s', (_title, text, members) => {
  expect(countMembersOfText(text)).toBe(members)
  expect(parse(text)).toEqual(JSON.parse(text))
})

describe('refuses', () => {
  test.each([
    ['a duplicated member', '{"role":"user","role":"admin"}', '{"role":"user","rôle":"admin"}'],
    ['one that is equal', '{"a":1,"a":1}', '{"a":1,"b":1}'],
    ['one whose last value is text', '{"a":1,"a":"x"}', '{"a":1,"b":"x"}'],
    ['one whose first value is text', '{"a":"x","a":1}', '{"a":"x","b":1}'],
    [
      'one spelled with an escape',
      '{"alg":"none","\\u0061lg":"HS256"}',
      '{"alg":"none","\\u0062lg":"HS256"}',
    ],
    ['one with white space before the colon', '{"a":1,"a" :2}', '{"a":1,"b" :2}'],
    ['one at depth', '{"a":{"b":[{"c":1,"c":2}]}}', '{"a":{"b":[{"c":1,"d":2}]}}'],
    ['a duplicated __proto__', '{"__proto__":1,"__proto__":2}', '{"_proto__":1,"proto":2}'],
    ['a duplicated empty name', '{"":1,"":2}', '{"":1," ":2}'],
    ['a lone surrogate', '{"a":"\\ud800"}', '{"a":"\\ud83d\\ude00"}'],
    [
      'a lone surrogate behind other values',
      '{"a":null,"b":true,"c":1,"d":["\\ud800"]}',
      '{"a":null,"b":true,"c":1,"d":["\\u0041"]}',
    ],
    ['a lone surrogate in a name', '{"\\udc00":1}', '{"\\ud83d\\ude00":1}'],
    ['swapped surrogates', '{"a":"\\ude00\\ud83d"}', '{"a":"\\\\ud800"}'],
    ['a list', '[{"a":1}]', '{"a":[1]}'],
    ['text', '"{}"', '{}'],
    ['null', 'null', '{"a":null}'],
    ['a trailing comma', '{"a":1,}', '{"a":1}'],
    ['two objects', '{}{}', '{ }'],
    ['nothing', '', '{}'],
    ['nesting of 33', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, `${'{"a":'.repeat(32)}1${'}'.repeat(32)}`],
    [
      'lists 10,000 deep',
      `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      `{"a":${'['.repeat(31)}${']'.repeat(31)}}`,
    ],
    ['a byte order mark', '\ufeff{}', '{"a":"\ufeff"}'],
  ])('%s', (_title, text, twin) => {
    expect(parse(text)).toBeUndefined()
    expect(parse(twin)).toEqual(JSON.parse(twin))
  })

  test('undefined input', () => {
    expect(parse(undefined)).toBeUndefined()
    expect(parse('{}')).toEqual({})
  })
})

test('the result is deeply frozen', () => {
  const value = parse('{"a":{"b":[{"c":1}]}}')
  const { a } = value as { a: { b: [object] } }
  for (const part of [value, a, a.b, a.b[0]]) expect(Object.isFrozen(part)).toBe(true)
})
