import { expect, test } from 'vitest'
import { jsonOf } from '../../test-kit/hand-made.js'
import { untyped } from '../../test-kit/untyped.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { generateKey } from '../keys/generate.js'
import { createSealedStore, type Sealing, storeBehind } from './sealed-store.js'
import { createMemoryRings } from './store.js'

const [one, other] = [await generateKey('A256KW'), await generateKey('dir', { enc: 'A128CBC-HS256' })]

test('stores a JWE on one line, and returns its content', async () => {
  const store = createMemoryRings()
  const sealed = createSealedStore(store, [one, other])
  expect(await sealed.load()).toBeUndefined()
  const version = await sealed.save('a ring', undefined)
  expect(await sealed.load()).toEqual({ text: 'a ring', version })
  const text = (await store.load())?.text ?? ''
  expect(text).toMatch(/^[\w-]+(?:\.[\w-]+){4}\n$/)
  expect(jsonOf(text, 0)).toMatchObject({ alg: 'A256KW', enc: 'A256GCM', cty: 'jwk-set+json' })
  expect(text).not.toContain('a ring')
  expect(await createSealedStore(store, [other, one]).load()).toEqual({ text: 'a ring', version })
  expect(await createSealedStore(store, one).load()).toEqual({ text: 'a ring', version })
})

test('seals with the first key', async () => {
  const store = createMemoryRings()
  await createSealedStore(store, [other, one]).save('a ring', undefined)
  expect(jsonOf((await store.load())?.text ?? '', 0)).toMatchObject({ alg: 'dir', enc: 'A128CBC-HS256' })
})

test('follows another version, and refuses to overwrite it', async () => {
  const store = createMemoryRings()
  const [mine, yours] = [createSealedStore(store, one), createSealedStore(store, one)]
  const first = await mine.save('first', undefined)
  const second = await yours.save('second', first)
  expect(await mine.save('late', first)).toBeUndefined()
  expect(await mine.load()).toEqual({ text: 'second', version: second })
  expect(await mine.save('third', second)).toBeDefined()
  expect(await yours.load()).toMatchObject({ text: 'third' })
})

test('decrypts a version once, and never its own', async () => {
  const opened: string[] = []
  // A sealing that is slow on purpose, as one by a passphrase is, must not be undone for nothing.
  const sealing: Sealing = {
    seal: async (text) => `sealed ${text}`,
    async open(sealed) {
      opened.push(sealed)
      return sealed.replace(/^sealed /, '').trim()
    },
  }
  const inner = createMemoryRings()
  const store = storeBehind(inner, sealing)
  const first = await store.save('first', undefined)
  expect(await store.load()).toEqual({ text: 'first', version: first })
  expect(opened).toEqual([])
  const second = await storeBehind(inner, sealing).save('second', first)
  expect(await store.load()).toEqual({ text: 'second', version: second })
  expect(await store.load()).toEqual({ text: 'second', version: second })
  expect(opened).toEqual(['sealed second\n'])
  expect(await store.save('late', first)).toBeUndefined()
  expect(await store.load()).toEqual({ text: 'second', version: second })
  expect(opened).toHaveLength(1)
})

test.each<[string, () => Promise<string>, string | undefined]>([
  ['what is not sealed', async () => '{"keys":[]}', undefined],
  [
    'what is sealed for something else',
    () =>
      encryptJwe(new TextEncoder().encode('{}'), {
        ...({ keyManagement: 'A256KW', contentEncryption: 'A256GCM', key: one } as const),
      }),
    'cty',
  ],
  [
    'what is sealed with another key',
    async () =>
      encryptJwe(new TextEncoder().encode('{}'), {
        ...({
          keyManagement: 'A256KW',
          contentEncryption: 'A256GCM',
          key: await generateKey('A256KW'),
        } as const),
        protectedHeader: { cty: 'jwk-set+json' },
      }),
    undefined,
  ],
])('refuses %s', async (_, text, parameter) => {
  const store = createMemoryRings()
  await store.save(await text(), undefined)
  await expect(createSealedStore(store, one).load()).rejects.toMatchObject({
    code: 'SB_RING_UNREADABLE',
    parameter,
  })
})

test.each<[string, unknown, unknown, RegExp]>([
  ['no store', {}, one, /^store: must have load\(\) and save\(\)$/],
  ['no key', createMemoryRings(), [], /^keys: must be a Key or a list of them$/],
  ['what is no key', createMemoryRings(), 'secret', /^keys: must be a Key or a list of them$/],
  ['one of two that is no key', createMemoryRings(), [one, {}], /^keys: must be a Key or a list of them$/],
  [
    'a key that signs',
    createMemoryRings(),
    await generateKey('HS256'),
    /^keys: must be a secret for dir, A256KW/,
  ],
  [
    'a public key beside a secret',
    createMemoryRings(),
    [one, await generateKey('RSA-OAEP-256')],
    /a public key would let anyone replace the ring$/,
  ],
])('refuses at construction: %s', (_, store, keys, says) => {
  expect(() => createSealedStore(untyped(store), untyped(keys))).toThrow(says)
  expect(createSealedStore(createMemoryRings(), one)).toBeDefined()
})
