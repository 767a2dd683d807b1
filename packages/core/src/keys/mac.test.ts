import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { generateKey } from './generate.js'
import { macOption } from './mac.js'

const old = 'an old secret of at least 32 bytes'
const secret = 'a new secret of at least 32 bytes!'

test('makes an HMAC-SHA-256', async () => {
  const expected = createHmac('sha256', secret).update('text').digest('base64url')
  expect(await macOption('secret', secret).make('text')).toBe(expected)
  expect(await macOption('secret', new TextEncoder().encode(secret)).make('text')).toBe(expected)
})

test('the first secret is used for new ones, and all verify', async () => {
  const before = macOption('secret', old)
  const rotated = macOption('secret', [secret, old])
  const mac = await before.make('text')
  expect(await rotated.verify('text', mac)).toBe(true)
  expect(await rotated.verify('text', await rotated.make('text'))).toBe(true)
  expect(await before.verify('text', await rotated.make('text'))).toBe(false)
  expect(await rotated.makeAll('text')).toEqual([await rotated.make('text'), mac])
})

test('accepts a key', async () => {
  const mac = macOption('secret', await generateKey('HS256'))
  expect(await mac.verify('text', await mac.make('text'))).toBe(true)
})

test('keeps its secret when the bytes are wiped', async () => {
  const bytes = new TextEncoder().encode(secret)
  const mac = macOption('secret', bytes)
  const made = await mac.make('text')
  bytes.fill(0)
  expect(await mac.make('text')).toBe(made)
})

test.each(['', 'AAAA', `${'A'.repeat(42)}=`, 'é'])('refuses %j', async (mac) => {
  expect(await macOption('secret', [secret, old]).verify('text', mac)).toBe(false)
})

test('refuses the MAC of another text', async () => {
  const mac = macOption('secret', secret)
  expect(await mac.verify('text.', await mac.make('text'))).toBe(false)
})

test.each([
  { title: 'nothing', value: undefined, message: /^secret: pass/ },
  { title: 'an empty list', value: [], message: /^secret: is an empty list/ },
  { title: 'short text', value: 'x'.repeat(31), message: /^secret: has only 31 bytes/ },
  {
    title: 'short bytes behind a good secret',
    value: [secret, new Uint8Array(31)],
    message: /has only 31 bytes/,
  },
  { title: 'a number', value: 1, message: /^secret: pass/ },
])('refuses $title', ({ value, message }) => {
  // @ts-expect-error: on purpose
  expect(() => macOption('secret', value)).toThrow(message)
})

test('refuses a key for another algorithm', async () => {
  const key = await generateKey('HS512')
  expect(() => macOption('secret', key)).toThrow(/a key for HS512/)
})
