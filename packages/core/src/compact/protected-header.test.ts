import { describe, expect, test, vi } from 'vitest'
import { engine } from '#crypto'
import { type Content, segment } from '../../test-kit/hand-made.js'
import { untyped } from '../../test-kit/untyped.js'
import { extraHeaderOption, readProtectedHeader, writeProtectedHeader } from './protected-header.js'

const read = (header: Content): unknown => readProtectedHeader(segment(header))

describe('reads a protected header', () => {
  test.each<[string, object]>([
    ['with alg alone', { alg: 'ES256' }],
    ['with an alg that is unknown', { alg: 'XX999' }],
    ['with all text parameters', { alg: 'dir', enc: 'A256GCM', kid: '1', typ: 'JWT', cty: 'JWT' }],
    ['with an empty kid', { alg: 'ES256', kid: '' }],
    ['with embedded keys, which are ignored', { alg: 'ES256', jwk: {}, jku: 5, x5u: [], x5c: null }],
    ['with members of its own', { alg: 'ES256', tenant: { a: [1] } }],
    ['with names like those refused', { alg: 'ES256', Crit: ['exp'], CRIT: 1, ZIP: 'DEF', B64: false }],
  ])('%s', (_, header) => {
    expect(read(header)).toEqual(header)
  })
})

describe('refuses a protected header', () => {
  test.each<[string, Content, string | undefined]>([
    ['that is empty', '', undefined],
    ['that is not an object', '[]', undefined],
    ['that is not JSON', '{alg:"ES256"}', undefined],
    ['with a byte order mark', '\ufeff{"alg":"ES256"}', undefined],
    ['with a duplicated alg', '{"alg":"ES256","alg":"none"}', undefined],
    ['with an alg duplicated by an escape', '{"alg":"ES256","\\u0061lg":"none"}', undefined],
    ['with a duplicated member inside', '{"alg":"ES256","x":{"a":1,"a":2}}', undefined],
    ['without alg', {}, 'alg'],
    ['with an alg of another case', { ALG: 'ES256' }, 'alg'],
    ['with alg null', { alg: null }, 'alg'],
    ['with alg as a list', { alg: ['ES256'] }, 'alg'],
    ['with alg as a number', { alg: 5 }, 'alg'],
    ['with alg as an object', { alg: { toString: 'ES256' } }, 'alg'],
    ['with enc as a list', { alg: 'dir', enc: ['A256GCM'] }, 'enc'],
    ['with kid as a number', { alg: 'ES256', kid: 1 }, 'kid'],
    ['with kid as a list', { alg: 'ES256', kid: ['1'] }, 'kid'],
    ['with kid null', { alg: 'ES256', kid: null }, 'kid'],
    ['with typ as a list', { alg: 'ES256', typ: ['at+jwt'] }, 'typ'],
    ['with typ null', { alg: 'ES256', typ: null }, 'typ'],
    ['with cty false', { alg: 'ES256', cty: false }, 'cty'],
    ['with zip', { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }, 'zip'],
    ['with zip null', { alg: 'dir', enc: 'A256GCM', zip: null }, 'zip'],
    ['with b64 false', { alg: 'ES256', b64: false }, 'b64'],
    ['with b64 true', { alg: 'ES256', b64: true }, 'b64'],
  ])('%s', (_, header, parameter) => {
    expect(() => read(header)).toThrow(expect.objectContaining({ code: 'SB_HEADER_INVALID', parameter }))
  })

  test.each([
    ['padding', `${segment({ alg: 'ES256' })}=`],
    ['white space', ` ${segment({ alg: 'ES256' })}`],
    ['no base64url', '{"alg":"ES256"}'],
  ])('with %s around its JSON', (_, text) => {
    expect(() => readProtectedHeader(text)).toThrow(expect.objectContaining({ code: 'SB_HEADER_INVALID' }))
  })

  test.each([
    ['unknown', ['http://openbanking.org.uk/iat']],
    ['that names b64', ['b64']],
    ['that names a registered parameter', ['alg']],
    ['that names a claim', ['exp']],
    ['empty', []],
    ['duplicated', ['a', 'a']],
    ['no list', 'exp'],
    ['null', null],
  ])('with a crit %s', (_, crit) => {
    expect(() => read({ alg: 'ES256', crit, exp: 1, b64: true })).toThrow(
      expect.objectContaining({ code: 'SB_CRIT_UNSUPPORTED' }),
    )
  })
})

test('writes what it reads', () => {
  const header = { alg: 'ES256', kid: 'é', nested: { a: [1, null] } }
  expect(readProtectedHeader(writeProtectedHeader(header))).toEqual(header)
})

const circular = {}

describe('extraHeaderOption', () => {
  const deep = (levels: number): object => (levels === 0 ? {} : { x: deep(levels - 1) })

  test.each<[string, () => object]>([
    ['a BigInt', () => ({ x: 5n })],
    ['ill-formed text', () => ({ x: '\ud800' })],
    ['an ill-formed name', () => ({ '\ud800': 1 })],
    ['more than 32 levels', () => deep(32)],
    ['itself', () => Object.assign(circular, { x: circular })],
    ['a toJSON that leaves nothing', () => ({ toJSON: () => undefined })],
    ['a toJSON that throws', () => ({ x: { toJSON: () => JSON.parse('{"secret"') } })],
    [
      'a getter that throws',
      () => ({
        get x() {
          return JSON.parse('{"secret"')
        },
      }),
    ],
  ])('rejects %s without quoting a value', (_, make) => {
    expect(() => extraHeaderOption('protectedHeader', make())).toThrow(
      /^protectedHeader: must be serializable as JSON [^"]+$/,
    )
    expect(() => extraHeaderOption('protectedHeader', make())).toThrow(TypeError)
    expect(extraHeaderOption('protectedHeader', deep(31))).toEqual(deep(31))
  })

  test('checks the serialized object, including toJSON', () => {
    const claim = (parameters: object) => () =>
      extraHeaderOption('protectedHeader', { toJSON: () => parameters })
    expect(claim({ alg: 'none' })).toThrow('protectedHeader: remove "alg"')
    expect(claim({ typ: 5 })).toThrow('protectedHeader: "typ" must be a string')
    expect(claim({ typ: 'x' })()).toEqual({ typ: 'x' })
  })

  test.each([[undefined], [{}], [{ kid: '1', typ: 'x', cty: 'JWT' }], [{ 'x-tenant': { a: 1 } }]])(
    'accepts %j',
    (header) => {
      expect(extraHeaderOption('protectedHeader', header)).toEqual(header ?? {})
    },
  )

  test('copies', () => {
    const header = { a: 1 }
    const copy = extraHeaderOption('protectedHeader', header)
    header.a = 2
    expect(copy).toEqual({ a: 1 })
  })

  test.each(['text', 5, null, ['a']])('refuses %j', (header) => {
    expect(() => extraHeaderOption('protectedHeader', untyped(header))).toThrow(
      'protectedHeader: must be an object of header parameters',
    )
  })

  test.each(['alg', 'enc', 'crit', 'b64', 'zip', 'epk', 'apu', 'apv', 'iv', 'tag', 'p2s', 'p2c'])(
    'rejects %s, which other options set',
    (name) => {
      expect(() => extraHeaderOption('protectedHeader', { [name]: 'x' })).toThrow(
        `protectedHeader: remove "${name}"`,
      )
    },
  )

  test.each(['kid', 'typ', 'cty'])('requires a string for %s', (name) => {
    expect(() => extraHeaderOption('protectedHeader', { [name]: 5 })).toThrow(
      `protectedHeader: "${name}" must be a string`,
    )
  })
})

test('a segment that is too long is rejected before it is decoded', () => {
  const ofLength = (characters: number): Content => ({ alg: 'ES256', kid: 'k'.repeat(characters) })
  const characters = 12_000
  const longest = ofLength(characters + 288 - JSON.stringify(ofLength(0)).length)
  expect(segment(longest)).toHaveLength(16_384)
  expect(read(longest)).toEqual(longest)
  const [decode, parse] = [vi.spyOn(engine, 'decodeBase64urlText'), vi.spyOn(JSON, 'parse')]
  expect(() => readProtectedHeader('A'.repeat(16_385))).toThrow(
    expect.objectContaining({ code: 'SB_HEADER_INVALID' }),
  )
  expect(decode).not.toHaveBeenCalled()
  expect(parse).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})
