import { describe, expect, test } from 'vitest'
import { untyped } from '../../../test-kit/untyped.js'
import {
  checkedBytes,
  decodeBase64url,
  decodeBase64urlText,
  encodeBase64url,
  withAsciiBytes,
} from './bytes.js'

const lengths = [0, 1, 2, 3, 16_383, 16_384, 16_385, 40_000]

describe.each(lengths)('%i bytes', (length) => {
  const text = Array.from({ length }, (_, i) => String.fromCharCode(0x61 + (i % 26))).join('')
  const encoded = Buffer.from(text).toString('base64url')

  test('cross base64url both ways', () => {
    expect(encodeBase64url(text)).toBe(encoded)
    expect(encodeBase64url(Buffer.from(text))).toBe(encoded)
    expect(decodeBase64url(encoded)).toEqual(Buffer.from(text))
    expect(decodeBase64urlText(encoded)).toBe(text)
    expect(withAsciiBytes(text, (bytes) => bytes.toString('latin1'))).toBe(text)
  })

  test('are invalid with a character more or less', () => {
    for (const wrong of [`${encoded}=`, `${encoded} `, `${encoded}+`, `${encoded}\u0141`, `${encoded}A=`]) {
      expect(decodeBase64url(wrong)).toBeUndefined()
      expect(decodeBase64urlText(wrong)).toBeUndefined()
    }
  })
})

test.each(['', 'a', '\u00e4', '\u20ac', '\u{1f600}', '\ufffd'])('text of any length: %s', (character) => {
  for (const count of [1, 5_461, 5_462, 8_192, 8_193, 20_000]) {
    const text = character.repeat(count)
    const encoded = Buffer.from(text).toString('base64url')
    expect(encodeBase64url(text)).toBe(encoded)
    expect(decodeBase64urlText(encoded)).toBe(text)
  }
})

test.each([1, 20_000])('invalid UTF-8 is rejected after %i other bytes', (count) => {
  for (const wrong of ['ff', 'c080', 'eda080', 'f4908080', 'e282']) {
    const bytes = Buffer.concat([Buffer.alloc(count, 0x61), Buffer.from(wrong, 'hex')])
    expect(decodeBase64urlText(bytes.toString('base64url'))).toBeUndefined()
  }
})

test('invalid bytes of a member throw', () => {
  expect(checkedBytes('AQ')).toEqual(Buffer.of(1))
  for (const value of ['A', 'AR', 'AQ==', 1, null, undefined, ['AQ']]) {
    expect(() => checkedBytes(untyped(value))).toThrow(/^not base64url$/)
  }
})
