import { expect, test } from 'vitest'
import { visibleJson, visibleLines, visibleText } from './visible-text.js'

/** C0 and C1 controls, delete, marks of direction and of nothing. */
const obeyed = [
  '\u001b',
  '\u0007',
  '\u007f',
  '\u009b',
  '\u009d',
  '\u200b',
  '\u202e',
  '\u2028',
  '\u2066',
  '\ufeff',
]

test.each(obeyed)('a terminal sees %j spelt out', (character) => {
  const text = `a${character}b`
  const spelt = `a\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}b`
  expect(visibleText(text)).toBe(spelt)
  expect(visibleLines(`${text}\n${text}`)).toBe(`${spelt}\n${spelt}`)
  const value = { [text]: [text] }
  const json = visibleJson(value)
  expect(obeyed.some((one) => json.includes(one))).toBe(false)
  expect(JSON.parse(json)).toEqual(value)
})

test('other characters are unchanged', () => {
  const text = 'Grüße, 日本語, 😀, "quoted"'
  expect(visibleText(text)).toBe(text)
  expect(visibleJson({ text })).toBe(JSON.stringify({ text }, undefined, 2))
})
