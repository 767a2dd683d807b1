import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { importSecret } from './secret.js'
import { keysOption } from './trusted-keys.js'

const key = importSecret('0123456789abcdef0123456789abcdef', { alg: 'HS256', encoding: 'utf8' })
const sealing = importSecret('0123456789abcdef0123456789abcdef', {
  alg: 'dir',
  enc: 'A256GCM',
  encoding: 'utf8',
})
const purpose = {
  ...({ option: 'keys', operation: 'verify', wayOut: 'give another' } as const),
  algorithms: new Set(['HS256', 'HS384'] as const),
}
const toOpen = {
  ...({ option: 'keys', operation: 'decrypt', wayOut: 'give another' } as const),
  algorithms: new Set(['dir'] as const),
}

test.each<[string, unknown]>([
  ['none', []],
  ['undefined', undefined],
  ['one that is no key', {}],
  ['one of a list that is no key', [key, {}]],
  ['a key copied by hand', { ...key }],
])('refuses what is no key: %s', (_, keys) => {
  expect(() => keysOption(untyped(keys), purpose)).toThrow(
    /^keys: must be a Key, a key set \(.*\), or a list of them$/,
  )
  expect(keysOption([key, key], purpose)).toBeDefined()
})

test('refuses keys for another purpose, and names the right one', () => {
  expect(() => keysOption(sealing, purpose)).toThrow(
    /^keys: no key given can verify with HS256, HS384; give another$/,
  )
  const encs = new Set(['A128GCM', 'A192GCM'] as const)
  expect(() => keysOption(sealing, { ...toOpen, contentEncryption: encs })).toThrow(
    /^keys: no key given can decrypt with dir and A128GCM, A192GCM; give another$/,
  )
  expect(keysOption(sealing, { ...toOpen, contentEncryption: new Set(['A256GCM']) })).toBeDefined()
  expect(keysOption(sealing, toOpen)).toBeDefined()
  expect(keysOption([sealing, key], purpose)).toBeDefined()
})

test.each([undefined, null, '1', 1n])('refuses a key set whose generation is %s', (generation) => {
  const select = () => [key]
  expect(() => keysOption(untyped({ select, generation }), purpose)).toThrow(
    /^keys: the key set needs a generation, a number that changes whenever a key is removed$/,
  )
  expect(keysOption({ select, generation: 0 }, purpose)).toBeDefined()
})
