import { expect, test } from 'vitest'
import { fromDer, toDer } from './signatures.js'

/** A number of `length` bytes with the given first byte, in a field of `size`. */
const number = (size: number, bytes: number, first: number): Buffer =>
  Buffer.concat([Buffer.alloc(size - bytes), Buffer.of(first), Buffer.alloc(bytes - 1, 0x5a)])

/** X.690 §8.3: the shortest bytes, with a leading zero if it would be negative. */
const integer = (content: Uint8Array): Buffer => Buffer.of(0x02, content.length, ...content)

/** `R || S`, and its DER encoding (X.690 §8.9, §10.1; RFC 3279 §2.2.3). */
const rows = [
  {
    title: 'two numbers of full length',
    raw: Buffer.concat([number(32, 32, 0x7f), number(32, 32, 0x01)]),
    der: [integer(number(32, 32, 0x7f)), integer(number(32, 32, 0x01))],
  },
  {
    title: 'a first byte of 0x80, which would be a sign',
    raw: Buffer.concat([number(32, 32, 0x80), number(32, 32, 0xff)]),
    der: [
      integer(Buffer.concat([Buffer.of(0), number(32, 32, 0x80)])),
      integer(Buffer.concat([Buffer.of(0), number(32, 32, 0xff)])),
    ],
  },
  {
    title: 'leading zeros',
    raw: Buffer.concat([number(32, 30, 0x7f), number(32, 1, 0x01)]),
    der: [integer(number(30, 30, 0x7f)), integer(Buffer.of(1))],
  },
  {
    title: 'leading zeros in front of a sign',
    raw: Buffer.concat([number(48, 47, 0x80), number(48, 2, 0x90)]),
    der: [
      integer(Buffer.concat([Buffer.of(0), number(47, 47, 0x80)])),
      integer(Buffer.concat([Buffer.of(0), number(2, 2, 0x90)])),
    ],
  },
  {
    title: 'zeros alone',
    raw: Buffer.alloc(64),
    der: [integer(Buffer.of(0)), integer(Buffer.of(0))],
  },
  {
    title: 'one byte less than needs the long length',
    raw: Buffer.concat([number(66, 61, 0x01), number(66, 62, 0x01)]),
    der: [integer(number(61, 61, 0x01)), integer(number(62, 62, 0x01))],
  },
  {
    title: 'the first that needs the long length',
    raw: Buffer.concat([number(66, 62, 0x01), number(66, 62, 0x01)]),
    der: [integer(number(62, 62, 0x01)), integer(number(62, 62, 0x01))],
  },
  {
    title: 'the longest',
    raw: Buffer.concat([number(66, 66, 0x01), number(66, 66, 0x01)]),
    der: [integer(number(66, 66, 0x01)), integer(number(66, 66, 0x01))],
  },
]

test.each(rows)('$title: crosses both ways', ({ raw, der }) => {
  const content = Buffer.concat(der)
  const size = content.length > 127 ? [0x81, content.length] : [content.length]
  const sequence = Buffer.of(0x30, ...size, ...content)
  expect(Buffer.from(toDer(raw)).toString('hex')).toBe(sequence.toString('hex'))
  expect(Buffer.from(fromDer(sequence, raw.length)).toString('hex')).toBe(raw.toString('hex'))
})
