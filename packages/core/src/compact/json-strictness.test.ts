import { describe, expect, test } from 'vitest'
import { engine } from '#crypto'
import { parseJsonObject } from './json.js'

const read = (text: string | Uint8Array): unknown =>
  parseJsonObject(engine.decodeUtf8(typeof text === 'string' ? new TextEncoder().encode(text) : text))

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth)
/** An object of `depth` levels in all. */
const objects = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`

describe('accepts a JSON object', () => {
  test.each([
    ['an empty one', '{}'],
    ['white space around', ' \t\r\n{ "a" : 1 } \n'],
    ['members of equal names in different objects', '{"a":{"x":1},"b":{"x":1}}'],
    ['members of equal names in objects of a list', '[{"x":1},{"x":1}]'.replace(/^/, '{"a":').concat('}')],
    ['names that differ in case', '{"alg":1,"Alg":2}'],
    ['names that differ in normal form', '{"\u00e9":1,"e\u0301":2}'],
    ['colons, braces and commas in text', '{"a:b":"c:d","e":"{\\"a\\":1,\\"a\\":2}"}'],
    ['escaped quotes and backslashes', '{"a\\"":"\\\\","b\\\\":"\\""}'],
    ['an escape in a name', '{"\\u0061lg":"x"}'],
    ['a surrogate pair by escapes', '{"a":"\\ud83d\\ude00"}'],
    ['a surrogate pair by bytes', '{"a":"😀"}'],
    ['a byte order mark inside text', '{"a":"\ufeff"}'],
    ['an escaped NUL', '{"a":"\\u0000"}'],
    ['32 levels', objects(32)],
    ['a list 31 deep', `{"a":${nested(31, '[', ']')}}`],
    ['numbers of all kinds', '{"a":-0,"b":1e5,"c":0.1,"d":1e999}'],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(JSON.parse(text))
  })
})

describe('rejects anything else', () => {
  test.each([
    ['nothing', ''],
    ['white space', ' '],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '1'],
    ['text', '"{}"'],
    ['true', 'true'],
    ['two objects', '{}{}'],
    ['an object and more', '{}x'],
    ['a cut one', '{"a":1'],
    ['a trailing comma', '{"a":1,}'],
    ['a comment', '{}//'],
    ['single quotes', "{'a':1}"],
    ['bare names', '{a:1}'],
    ['NaN', '{"a":NaN}'],
    ['a raw line feed in text', '{"a":"\n"}'],
    ['a byte order mark in front', '\ufeff{"a":1}'],
    ['a no-break space in front', '\u00a0{"a":1}'],
    ['33 levels', objects(33)],
    ['a list 32 deep', `{"a":${nested(32, '[', ']')}}`],
    ['10,000 levels', objects(10_000)],
    ['100,000 lists', `{"a":${nested(100_000, '[', ']')}}`],
  ])('%s', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  test.each([
    ['duplicated', '{"a":1,"a":1}'],
    ['duplicated with others between', '{"a":1,"b":2,"a":3}'],
    ['three times', '{"a":1,"a":2,"a":3}'],
    ['duplicated in a nested object', '{"b":{"a":1,"a":2}}'],
    ['duplicated in an object in a list', '{"b":[1,{"a":1,"a":2}]}'],
    ['duplicated by an escape', '{"alg":"x","\\u0061lg":"y"}'],
    ['duplicated by two spellings of an escape', '{"\\u00E9":1,"\\u00e9":2}'],
    ['duplicated by an escaped slash', '{"a/b":1,"a\\/b":2}'],
    ['duplicated with an empty name', '{"":1,"":2}'],
    ['duplicated as __proto__', '{"__proto__":1,"__proto__":2}'],
    ['duplicated, the first one an object', '{"a":{"x":1,"y":2},"a":1}'],
    ['duplicated, the last one an object', '{"a":1,"a":{"x":1,"y":2}}'],
    ['duplicated numbers as names', '{"1":1,"1":2}'],
  ])('a member %s', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  test.each([
    ['a lone high surrogate', '{"a":"\\ud83d"}'],
    ['a lone low surrogate', '{"a":"\\ude00"}'],
    ['surrogates the wrong way round', '{"a":"\\ude00\\ud83d"}'],
    ['a lone surrogate in a name', '{"\\ud83d":1}'],
    ['a lone surrogate in a list', '{"a":["b",{"c":"\\uD83D"}]}'],
  ])('%s', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  test.each([
    ['a stray continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate in bytes', [0xed, 0xa0, 0x80]],
    ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['Latin-1', [0xe9]],
  ])('UTF-8 with %s', (_, bytes) => {
    const quote = [...Buffer.from('{"a":"')]
    expect(read(Uint8Array.from([...quote, ...bytes, ...Buffer.from('"}')]))).toBeUndefined()
    expect(read(Uint8Array.from([...quote, ...Buffer.from('é"}')]))).toEqual({ a: 'é' })
  })

  test('UTF-16', () => {
    expect(read(new Uint8Array(Buffer.from('{"a":1}', 'utf16le')))).toBeUndefined()
  })
})

test.each([
  ['at the top', '{"__proto__":{"iss":"https://evil.example"},"a":1}', { a: 1 }],
  ['deeper', '{"a":[{"__proto__":{"iss":"https://evil.example"},"b":1}]}', { a: [{ b: 1 }] }],
  ['by an escape', '{"\\u005f_proto__":{"iss":"https://evil.example"}}', {}],
  ['as text', '{"__proto__":"x"}', {}],
])('a member called __proto__ is left out: %s', (_, text, expected) => {
  const value = read(text)
  // The copy of an own member would have it for a prototype.
  expect(structuredClone(value)).toStrictEqual(expected)
  expect(Object.assign({}, value)).not.toHaveProperty('iss')
})
