import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { generateKey } from '../keys/generate.js'
import { publicJwks } from '../keys/jwk-set.js'
import { keySetStoreOption, readStored } from './key-set-store.js'

const url = 'https://auth.example.com/jwks'
const { keys } = publicJwks(await generateKey('ES256', { kid: 'a' }))
const rules = { isPublished: true, algorithms: [] }
const good = { url, loadedAt: 100, freshFor: 0, keys }

test.each([
  { title: 'as it was kept', change: {} },
  { title: 'of this very second', change: { loadedAt: 200 } },
  { title: 'of the beginning of time', change: { loadedAt: 0 } },
  { title: 'fresh for long', change: { freshFor: 1e9 } },
])('accepts stored keys: $title', async ({ change }) => {
  const { loadedAt, freshFor } = { ...good, ...change }
  const restored = await readStored({ ...good, ...change }, url, 200, rules)
  expect(restored).toMatchObject({ loadedAt, freshFor })
  expect(restored?.candidates).toHaveLength(1)
})

test.each([
  { loadedAt: 199, expected: 199 },
  { loadedAt: 200.001, expected: 200 },
  { loadedAt: 201, expected: 200 },
  { loadedAt: 260, expected: 200 },
])(
  'keys loaded at $loadedAt by another clock count as loaded at $expected',
  async ({ loadedAt, expected }) => {
    expect(await readStored({ ...good, loadedAt }, url, 200, rules)).toMatchObject({ loadedAt: expected })
  },
)

test.each([
  { title: 'nothing', stored: undefined },
  { title: 'text', stored: JSON.stringify(good) },
  { title: 'another address', stored: { ...good, url: `${url}/` } },
  { title: 'a time that is no number', stored: { ...good, loadedAt: '100' } },
  { title: 'no time', stored: { ...good, loadedAt: undefined } },
  { title: 'a time before all', stored: { ...good, loadedAt: -1 } },
  { title: 'a time that never was', stored: { ...good, loadedAt: Number.NEGATIVE_INFINITY } },
  { title: 'a time to come', stored: { ...good, loadedAt: 260.001 } },
  { title: 'no freshness', stored: { ...good, freshFor: undefined } },
  { title: 'freshness as text', stored: { ...good, freshFor: '1' } },
  { title: 'negative freshness', stored: { ...good, freshFor: -1 } },
  { title: 'freshness without an end', stored: { ...good, freshFor: Number.POSITIVE_INFINITY } },
  { title: 'no keys', stored: { ...good, keys: undefined } },
  { title: 'an empty set', stored: { ...good, keys: [] } },
])('accepts nothing else: $title', async ({ stored }) => {
  expect(await readStored(stored, url, 200, rules)).toBeUndefined()
})

test('accepts a store that loads and saves, or none', () => {
  const store = { load: () => undefined, save: () => undefined }
  expect(keySetStoreOption(store)).toBe(store)
  expect(keySetStoreOption(undefined)).toBeUndefined()
  for (const wrong of [
    null,
    {},
    { load: store.load },
    { save: store.save },
    { ...store, save: true },
    'store',
  ]) {
    expect(() => keySetStoreOption(untyped(wrong))).toThrow(
      /^store: must have load\(\), which returns the saved keys/,
    )
  }
})
