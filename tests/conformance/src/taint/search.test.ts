import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeValue } from './describe-value.js'
import { Taint } from './taint.js'

const bytes = Uint8Array.from({ length: 32 }, (_, i) => (i * 73 + 41) % 256)
const buffer = Buffer.from(bytes)
const taint = new Taint([
  { label: 'key', value: bytes },
  { label: 'word', value: 'canary-of-a-claim' },
  { label: 'number', value: 48151623 },
])

const der = Buffer.concat([Buffer.from('30820122', 'hex'), buffer, Buffer.from('a003', 'hex')])

describe('the search', () => {
  test.each<[string, string, string]>([
    ['a word', 'key', buffer.toString('base64url')],
    ['base64', 'key', buffer.toString('base64')],
    ['base64 in the midst of DER', 'key', der.toString('base64')],
    ['base64url, one byte in', 'key', Buffer.concat([Buffer.of(1), buffer]).toString('base64url')],
    ['base64url, two bytes in', 'key', Buffer.concat([Buffer.of(1, 2), buffer]).toString('base64url')],
    ['PEM', 'key', `-----BEGIN PRIVATE KEY-----\n${der.toString('base64').replaceAll(/.{64}/g, '$&\n')}`],
    ['eight characters of base64url', 'key', buffer.toString('base64url').slice(17, 25)],
    ['hex', 'key', buffer.toString('hex')],
    [
      'hex in capitals, with colons',
      'key',
      buffer
        .toString('hex')
        .toUpperCase()
        .replaceAll(/..(?=.)/g, '$&:'),
    ],
    ['bytes as text', 'key', buffer.toString('latin1')],
    ['a Buffer, inspected', 'key', inspect(buffer)],
    ['bytes, inspected', 'key', inspect(bytes)],
    ['a Buffer as JSON', 'key', JSON.stringify(buffer)],
    ['a list as JSON', 'key', JSON.stringify([...bytes], null, 2)],
    ['eight characters of a word', 'word', 'no such user: ry-of-a- '],
    ['a number', 'number', '{"sub":48151623}'],
  ])('finds %s', (_, label, text) => {
    expect(taint.find(`error: ${text}.`)).toEqual([label])
  })

  test.each<[string, string]>([
    ['seven characters of a word', 'canary-'],
    ['other bytes', inspect(buffer.map((byte) => byte ^ 1))],
    ['another number', '{"sub":48151624}'],
    ['nothing', ''],
  ])('finds nothing in %s', (_, text) => {
    expect(taint.find(text)).toEqual([])
  })

  test.each<[string, string]>([
    ['a time', '{"time":1800000000123}'],
    ['a duration', '{"responseTime":0.1800000000046566}'],
    ['a part of a number', '180000000'],
  ])('does not take %s for a number in a claim', (_, text) => {
    const numbers = new Taint([
      { label: 'iat', value: 1_800_000_000 },
      { label: 'iat as text', value: '1800000000' },
      { label: 'key', value: Buffer.from('179918000000001234567a', 'hex') },
    ])
    expect(numbers.find(text)).toEqual([])
    expect(numbers.find('{"iat":1800000000,"key":"34567a"}')).toEqual(['iat', 'iat as text'])
    expect(numbers.find('key: 001234567a')).toEqual(['key'])
  })

  test('leaves out what is public, and only that', () => {
    const secrets = [{ label: 'word', value: 'ada@api.example.com' }]
    const tolerant = new Taint(secrets, ['https://api.example.com'])
    expect(tolerant.find('host: api.example.com')).toEqual([])
    expect(tolerant.find('ada@api.e')).toEqual(['word'])
  })
})

const canary = 'canary-of-a-claim'
const withMember = (name: PropertyKey, descriptor: PropertyDescriptor): Error =>
  Object.defineProperty(new Error('harmless'), name, descriptor)

class Wrapper extends Error {
  readonly #hidden = canary
  override toString(): string {
    return this.#hidden
  }
}

const hidingPlaces: readonly (readonly [string, unknown])[] = [
  ['its message', new Error(`no ${canary}`)],
  ['its name', Object.assign(new Error('harmless'), { name: canary })],
  ['its stack', Object.assign(new Error('harmless'), { stack: `Error\n    at ${canary}` })],
  ['its cause', new Error('harmless', { cause: new Error(canary) })],
  ['the cause of its cause', new Error('harmless', { cause: new Error('harmless', { cause: canary }) })],
  ['one of several errors', new AggregateError([new Error(canary)], 'harmless')],
  ['a member', Object.assign(new Error('harmless'), { token: canary })],
  ['a deep member', Object.assign(new Error('harmless'), { a: { b: { c: { d: { e: [canary] } } } } })],
  ['the name of a member', Object.assign(new Error('harmless'), { [canary]: 1 })],
  ['a hidden member', withMember('token', { value: canary, enumerable: false })],
  ['a getter', withMember('token', { get: () => canary })],
  ['a member under a symbol', withMember(Symbol('token'), { value: canary })],
  ['a symbol', withMember(Symbol(canary), { value: 1 })],
  ['bytes', Object.assign(new Error('harmless'), { token: Buffer.from(canary) })],
  ['a Map', Object.assign(new Error('harmless'), { seen: new Map([[canary, 1]]) })],
  ['a Set', Object.assign(new Error('harmless'), { seen: new Set([{ token: canary }]) })],
  ['what only JSON shows', Object.assign(new Error('harmless'), { toJSON: () => ({ canary }) })],
  ['what only text shows', new Wrapper('harmless')],
  ['what only an inspector shows', Object.assign(new Error('harmless'), { [inspect.custom]: () => canary })],
]

describe('an error is searched', () => {
  const words = new Taint([
    { label: 'word', value: canary },
    { label: 'word', value: Buffer.from(canary) },
  ])

  test.each(hidingPlaces)('in %s', (_, error) => {
    expect(words.find(describeValue(error))).toEqual(['word'])
  })

  test('and nothing is found where nothing is', () => {
    const harmless = Object.assign(new Error('harmless', { cause: new Error('harmless') }), { code: 'SB' })
    expect(words.find(describeValue(harmless))).toEqual([])
  })

  test('even one that is its own cause', () => {
    const error = new Error(canary)
    error.cause = error
    expect(words.find(describeValue(error))).toEqual(['word'])
  })
})
