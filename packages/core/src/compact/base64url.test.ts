import { expect, test } from 'vitest'
import { engine } from '#crypto'
import { bytes } from '../../test-kit/test-keys.js'

test.each(Array.from({ length: 70 }, (_, length) => length))('round trip of %d bytes', (length) => {
  const original = bytes(length, length)
  const text = engine.encodeBase64url(original)
  expect(text).toBe(Buffer.from(original).toString('base64url'))
  expect(Buffer.from(engine.decodeBase64url(text) ?? [])).toEqual(Buffer.from(original))
})

test('encodes text as UTF-8', () => {
  expect(engine.encodeBase64url('é😀')).toBe(Buffer.from('é😀').toString('base64url'))
})

test.each(['', 'AA', 'AAA', 'AAAA', 'AAAAAA', '-_-_', '_w', '__8'])('decodes %j', (text) => {
  expect(Buffer.from(engine.decodeBase64url(text) ?? 'none')).toEqual(Buffer.from(text, 'base64url'))
})

test.each([
  ['padding', 'AA=='],
  ['padding of one', 'AAA='],
  ['padding after full groups', 'AAAA===='],
  ['one letter', 'A'],
  ['one letter too many', 'AAAAA'],
  ['trailing bits in two', 'AB'],
  ['trailing bits in three', 'AAB'],
  ['trailing bits at the end', 'AAAAAB'],
  ['all trailing bits', '__9'],
  ['the base64 alphabet, plus', '+w'],
  ['the base64 alphabet, slash', '/w'],
  ['a space in front', ' AA'],
  ['a space behind', 'AA '],
  ['a space inside', 'A A'],
  ['a line end behind', 'AA\n'],
  ['a line end inside', 'AAAA\r\nAAAA'],
  ['a tab', 'AA\t'],
  ['a NUL', 'AA\0'],
  ['a dot', 'AA.AA'],
  ['a letter beyond ASCII', 'AAÁA'],
  ['a full-width letter', 'ＡＡ'],
  ['percent signs', 'AA%3D%3D'],
  ['a byte order mark', '\ufeffAA'],
])('refuses %s', (_, text) => {
  expect(engine.decodeBase64url(text)).toBeUndefined()
})

test('accepts only the canonical encodings among all two-character texts', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const taken = [...alphabet].flatMap((a) =>
    [...alphabet].filter((b) => engine.decodeBase64url(a + b) !== undefined).map((b) => a + b),
  )
  expect(taken).toHaveLength(256)
  expect(new Set(taken.map((text) => engine.decodeBase64url(text)?.[0])).size).toBe(256)
})

test('decodes a text of 8,000,000 characters, and rejects one that is altered at its end', () => {
  const text = 'A'.repeat(8_000_000)
  expect(engine.decodeBase64url(text)).toHaveLength(6_000_000)
  expect(engine.decodeBase64url(`${text}AB`)).toBeUndefined()
  expect(engine.decodeBase64url(`${text}!`)).toBeUndefined()
})
