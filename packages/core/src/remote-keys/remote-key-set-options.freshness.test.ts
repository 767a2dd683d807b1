import { expect, test } from 'vitest'
import { freshSeconds } from './remote-key-set-options.js'

/** A date of RFC 9110 §5.6.7. */
const inMinutes = (minutes: number): string => new Date(Date.UTC(2027, 0, 1, 0, minutes)).toUTCString()

const bounds = { minAge: 60, maxAge: 3_600 }

test.each([
  { headers: {}, seconds: 600 },
  { headers: { 'cache-control': 'max-age=900' }, seconds: 900 },
  { headers: { 'cache-control': 'Public, Max-Age="900"' }, seconds: 900 },
  { headers: { 'cache-control': 'max-age=900', age: '300' }, seconds: 600 },
  { headers: { 'cache-control': 'max-age=900', age: 'old' }, seconds: 900 },
  { headers: { 'cache-control': 'max-age=900', age: '10000' }, seconds: 60 },
  { headers: { 'cache-control': 'max-age=900, max-age=90' }, seconds: 90 },
  { headers: { 'cache-control': 'max-age=900, no-cache' }, seconds: 60 },
  { headers: { 'cache-control': 'no-store' }, seconds: 60 },
  { headers: { 'cache-control': 's-maxage=90' }, seconds: 600 },
  { headers: { 'cache-control': 'x-max-age=90' }, seconds: 600 },
  { headers: { 'cache-control': 'max-age=90 s' }, seconds: 600 },
  { headers: { 'cache-control': 'max-age=900', age: '300 s' }, seconds: 900 },
  { headers: { 'cache-control': 'max-age=900', age: 's 300' }, seconds: 900 },
  { headers: { 'cache-control': 'max-age=-1' }, seconds: 600 },
  { headers: { 'cache-control': `max-age=${'9'.repeat(400)}` }, seconds: 3_600 },
  { headers: { expires: inMinutes(15), date: inMinutes(0) }, seconds: 900 },
  { headers: { expires: inMinutes(15), date: inMinutes(0), age: '300' }, seconds: 600 },
  { headers: { expires: inMinutes(15), date: inMinutes(14.5) }, seconds: 60 },
  { headers: { expires: inMinutes(0), date: inMinutes(15) }, seconds: 60 },
  { headers: { expires: inMinutes(1_000), date: inMinutes(0) }, seconds: 3_600 },
  { headers: { expires: '0', date: 'never' }, seconds: 60 },
  { headers: { expires: '-1' }, seconds: 60 },
  { headers: { expires: inMinutes(15) }, seconds: 600 },
  { headers: { expires: inMinutes(15), date: inMinutes(0), 'cache-control': 'max-age=300' }, seconds: 300 },
  { headers: { expires: inMinutes(15), date: inMinutes(0), 'cache-control': 'no-store' }, seconds: 60 },
])('$headers: $seconds s', ({ headers, seconds }) => {
  // The members that a row leaves out are absent, not undefined.
  expect(freshSeconds(new Headers(headers as Record<string, string>), bounds)).toBe(seconds)
})

test('an Age with surrounding space is read', () => {
  // The Fetch standard's Headers trim; a fetch of the application's own need not.
  const headers = new Map([
    ['cache-control', ' max-age=900 '],
    ['age', ' 300 '],
  ])
  expect(freshSeconds({ get: (name) => headers.get(name) ?? null }, bounds)).toBe(600)
})
