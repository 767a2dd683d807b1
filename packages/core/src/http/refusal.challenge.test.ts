import { expect, test } from 'vitest'
import { challenge, realmOption } from './refusal.js'

test.each([
  { title: 'bare', attributes: {}, written: 'Bearer' },
  { title: 'with a realm', attributes: { realm: 'orders' }, written: 'Bearer realm="orders"' },
  {
    title: 'with several attributes',
    attributes: { realm: 'orders', error: 'invalid_token', scope: undefined },
    written: 'Bearer realm="orders", error="invalid_token"',
  },
  {
    title: 'with quotes and backslashes escaped',
    attributes: { realm: 'say "hi" \\o/' },
    written: 'Bearer realm="say \\"hi\\" \\\\o/"',
  },
])('writes a challenge $title', ({ attributes, written }) => {
  expect(challenge('Bearer', attributes)).toBe(written)
})

test.each([undefined, 'orders', 'my "orders"', ' '])('accepts the realm %j', (realm) => {
  expect(realmOption(realm)).toBe(realm)
})

test.each(['', 'a\r\nSet-Cookie: b', 'naïve', 'tab\t', 7, null])('refuses the realm %j', (realm) => {
  expect(() => realmOption(realm)).toThrow(/^realm: /)
})
