import fc from 'fast-check'
import { segment } from '#core-test-kit/hand-made.js'

/** Something that happens to a token on its way; it may know another good token. */
export type Mutation = (token: string, other: string) => string

const at = (text: string, place: number): number => Math.floor(place * text.length)
const place: fc.Arbitrary<number> = fc.double({ min: 0, max: 0.999_999, noNaN: true })
const index: fc.Arbitrary<number> = fc.nat(4)

const onSegment =
  (i: number, change: (segment: string, others: readonly string[]) => string): Mutation =>
  (token, other) =>
    token
      .split('.')
      .map((part, n, all) => (n === i % all.length ? change(part, other.split('.')) : part))
      .join('.')

/** One bit of one character, within ASCII. */
export const bitFlips: fc.Arbitrary<Mutation> = fc.tuple(place, fc.nat(6)).map(([where, bit]) => (token) => {
  const i = at(token, where)
  return token.slice(0, i) + String.fromCharCode(token.charCodeAt(i) ^ (1 << bit)) + token.slice(i + 1)
})

/** One bit of the bytes that a segment stands for. */
const byteFlips: fc.Arbitrary<Mutation> = fc.tuple(index, place, fc.nat(7)).map(([i, where, bit]) =>
  onSegment(i, (part) => {
    const bytes = Buffer.from(part, 'base64url')
    const n = at(part, where) % Math.max(1, bytes.length)
    bytes[n] = (bytes[n] ?? 0) ^ (1 << bit)
    return segment(bytes)
  }),
)

const splices: fc.Arbitrary<Mutation> = fc.oneof(
  index.map((i) => onSegment(i, (part, others) => others[i] ?? part)),
  place.map(
    (where): Mutation =>
      (token, other) =>
        token.slice(0, at(token, where)) + other.slice(at(other, where)),
  ),
  fc.tuple(index, index).map(
    ([a, b]): Mutation =>
      (token) => {
        const parts = token.split('.')
        const [one = '', two = ''] = [parts[a % parts.length], parts[b % parts.length]]
        return parts
          .map((part, n) => (n === a % parts.length ? two : n === b % parts.length ? one : part))
          .join('.')
      },
  ),
)

const lengths: fc.Arbitrary<Mutation> = fc.oneof(
  place.map(
    (where): Mutation =>
      (token) =>
        token.slice(0, at(token, where)),
  ),
  place.map(
    (where): Mutation =>
      (token) =>
        token.slice(0, at(token, where)) + token.slice(at(token, where) + 1),
  ),
  fc.tuple(place, fc.string({ unit: 'binary', minLength: 1, maxLength: 4 })).map(
    ([where, extra]): Mutation =>
      (token) =>
        token.slice(0, at(token, where)) + extra + token.slice(at(token, where)),
  ),
  fc.constantFrom<Mutation>(
    (token) => `${token}=`,
    (token) => ` ${token}`,
    (token) => `${token}\n`,
    (token) => `${token}.`,
    (token) => token + token,
    (token) => token.toUpperCase(),
  ),
)

const members: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.constantFrom<Record<string, unknown>>(
    { alg: 'none' },
    { alg: 'HS256' },
    { alg: 'RS256' },
    { alg: 'dir' },
    { enc: 'A128GCM' },
    { kid: '../x' },
    { kid: 1 },
    { crit: ['x'] },
    { zip: 'DEF' },
    { b64: false },
    { typ: 'JWT' },
    { cty: 'JWT' },
    { epk: {} },
    { iv: '' },
    { exp: 9_999_999_999 },
    { aud: 'any' },
    { sub: 'admin' },
  ),
  fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }),
)

/** Header and claims edited, and the rest left as it was. */
const edits: fc.Arbitrary<Mutation> = fc.tuple(fc.nat(1), members).map(([i, change]) =>
  onSegment(i, (part) => {
    try {
      const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
      return segment({ ...Object(value), ...change })
    } catch {
      return segment(change)
    }
  }),
)

export const mutations: fc.Arbitrary<Mutation> = fc.oneof(bitFlips, byteFlips, splices, lengths, edits)
