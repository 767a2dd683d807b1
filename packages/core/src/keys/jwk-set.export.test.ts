import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { generateKey } from './generate.js'
import { exportJwk, publicJwks } from './jwk-set.js'
import { keyMaterial } from './key.js'

const key = await generateKey('ES256', { kid: 'a', extractable: true })

test.each<[string, unknown, RegExp]>([
  ['one of a list that is no key', [key, {}], /^publicJwks: accepts a Key, a key set or a list of them$/],
  ['a set without the method', { generation: 0, select: () => [] }, /^publicJwks: this key set cannot list/],
  [
    'a set whose member is no method',
    { generation: 0, select: () => [], publicJwks: { keys: [] } },
    /^publicJwks: this key set cannot list/,
  ],
])('publishes no part of %s', (_, keys, says) => {
  expect(() => publicJwks(untyped(keys))).toThrow(says)
  expect(publicJwks([key, key]).keys).toHaveLength(1)
})

test('returns a copy', async () => {
  const jwk = exportJwk(key)
  delete jwk.d
  expect(exportJwk(key)).toHaveProperty('d')
  const hidden = await generateKey('ES256')
  expect(() => exportJwk(hidden)).toThrow(/^exportJwk: create the key with extractable: true$/)
})

test('a key made by hand has no material', () => {
  expect(() => keyMaterial({ ...key })).toThrow(/^keys: not a Key; create one with importKey/)
  expect(keyMaterial(key)).toBeDefined()
})
