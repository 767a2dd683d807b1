import { expect, test } from 'vitest'
import { isOfSmallOrder } from './public-point.js'

const p = 2n ** 255n - 19n
const mod = (value: bigint): bigint => ((value % p) + p) % p

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let [square, rest] = [mod(base), exponent]; rest > 0n; square = mod(square * square), rest >>= 1n) {
    if (rest & 1n) result = mod(result * square)
  }
  return result
}
const inverse = (value: bigint): bigint => power(value, p - 2n)
const d = mod(-121_665n * inverse(121_666n))

type Point = readonly [x: bigint, y: bigint]

/** RFC 8032 §5.1.3: one of the two points with this y. */
function withY(y: bigint): Point {
  const square = mod((y * y - 1n) * inverse(d * y * y + 1n))
  const root = power(square, (p + 3n) / 8n)
  const x = mod(root * root) === square ? root : mod(root * power(2n, (p - 1n) / 4n))
  if (mod(x * x) !== square) throw new Error('not on the curve')
  return [x, y]
}

/** RFC 8032 §5.1.4. */
function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const product = mod(d * x1 * x2 * y1 * y2)
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + product)), mod((y1 * y2 + x1 * x2) * inverse(1n - product))]
}

const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
const fromHex = (hex: string): bigint => BigInt(`0x${Buffer.from(hex, 'hex').reverse().toString('hex')}`)

/** Every number of 255 bits that stands for a coordinate, with the top bit clear and set. */
const spellings = (value: bigint): readonly Buffer[] =>
  [value, value + p]
    .filter((number) => number < 2n ** 255n)
    .flatMap((number) => [toBytes(number), toBytes(number + 2n ** 255n)])

/** The multiples of a point of order 8, which are all points whose order divides 8. */
function torsion(): readonly Point[] {
  const generator = withY(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'))
  const points = [generator]
  for (let last = generator; points.length < 8; points.push(last)) last = add(last, generator)
  return points
}

test('the multiples of the point repeat after eight', () => {
  const points = torsion()
  expect(points[7]).toEqual([0n, 1n])
  expect(new Set(points.map(String)).size).toBe(8)
})

test('each of them is detected on Ed25519, in every encoding', () => {
  for (const [, y] of torsion()) {
    for (const bytes of spellings(y)) expect(isOfSmallOrder('Ed25519', bytes)).toBe(true)
  }
})

test('its counterpart on X25519, and on its twist, is detected too', () => {
  // RFC 7748 §4.1; the neutral point has no u.
  const us = torsion().flatMap(([, y]) => (y === 1n ? [] : [mod((1n + y) * inverse(1n - y))]))
  for (const u of [...us, mod(-1n)]) {
    for (const bytes of spellings(u)) expect(isOfSmallOrder('X25519', bytes)).toBe(true)
  }
})

test('no other point is detected', () => {
  const base = fromHex(`58${'66'.repeat(31)}`)
  for (const value of [2n, 3n, 9n, p - 2n, p + 2n, base, base * 2n]) {
    expect(isOfSmallOrder('Ed25519', toBytes(value))).toBe(false)
    expect(isOfSmallOrder('X25519', toBytes(value))).toBe(false)
  }
  expect(isOfSmallOrder('P-256', Buffer.alloc(32))).toBe(false)
})
