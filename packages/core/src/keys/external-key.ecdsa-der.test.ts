import { describe, expect, test } from 'vitest'
import { rawEcdsaSignature } from './external-key.js'

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const raw = (hex: string, size = 4): string =>
  Buffer.from(rawEcdsaSignature(bytes(hex), size)).toString('hex')

/** Numbers of four bytes do as well as those of a curve. */
test.each([
  { title: 'as long as they may be', der: '300c 0204 11223344 0204 55667788', is: '1122334455667788' },
  {
    title: 'with a zero that keeps them positive',
    der: '300e 0205 00ff223344 0205 00ee667788',
    is: 'ff223344ee667788',
  },
  { title: 'shorter', der: '3007 0201 05 0202 0607', is: '0000000500000607' },
  { title: 'of several leading zeros', der: '3009 0203 000001 0202 0002', is: '0000000100000002' },
  { title: 'zero at first', der: '3007 0201 00 0202 0102', is: '0000000000000102' },
  { title: 'zero then', der: '3007 0202 0102 0201 00', is: '0000010200000000' },
])('reads two numbers: $title', ({ der, is }) => {
  expect(raw(der)).toBe(is)
})

test('reads the longer sequence of P-521', () => {
  const number = `01${'a5'.repeat(65)}`
  const [r, s] = [`0242${number}`, `0242${number}`]
  expect(raw(`308188${r}${s}`, 66)).toBe(number + number)
})

describe('leaves as it is', () => {
  test.each([
    { title: 'what is as long as both numbers', hex: '3006020105020106' },
    { title: 'what is no sequence', hex: '310702010502020607' },
    { title: 'what is no number at first', hex: '300703010502020607' },
    { title: 'what is no number then', hex: '300702010503020607' },
    { title: 'a number without its end', hex: '3007020105020506' },
    { title: 'a number without its length', hex: '300402010502' },
    { title: 'bytes behind the numbers', hex: '30080201050202060708' },
    { title: 'a first number that is too long', hex: '300c 0205 1122334455 0203 556677' },
    { title: 'a second number that is too long', hex: '300c 0203 112233 0205 5566778899' },
    { title: 'a first number alone', hex: '3003020105' },
    { title: 'nothing', hex: '' },
  ])('$title', ({ hex }) => {
    expect(raw(hex)).toBe(hex.replaceAll(' ', ''))
  })
})
