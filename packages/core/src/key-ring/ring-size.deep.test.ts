import { mkdtemp, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKey } from '../keys/generate.js'
import { createFileStore, type FileStoreOptions } from './file-store.js'
import { createKeyRing } from './key-ring.js'
import { createSealedStore } from './sealed-store.js'
import { createMemoryRings, type KeyRingStore, maxStoredRing } from './store.js'

const quick = { keys: ['ES256'], maxAge: 0, clockTolerance: 0 } as const
const key = await generateKey('dir', { enc: 'A256GCM' })
const maxRing = 1_048_576

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealbearer-ring-size-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const codeOf = async (store: KeyRingStore): Promise<string> => {
  try {
    await createKeyRing({ ...quick, store })
    return 'read'
  } catch (error) {
    const { code, parameter } = error as { code: string; parameter?: string }
    return `${code} ${parameter}`
  }
}
const tooLarge = 'SB_RING_UNREADABLE size'

/** Sizes of a text that is padded with lines, which JSON and sealed texts may end in. */
const rowsUpTo = (largest: number) => [
  { length: largest, code: 'read' },
  { length: largest + 1, code: tooLarge },
  { length: 50_000_000, code: tooLarge },
]

describe.each<{ title: string; options: FileStoreOptions; largest: number }>([
  { title: 'in plaintext', options: {}, largest: maxRing },
  { title: 'under a key', options: { key }, largest: maxStoredRing },
  {
    title: 'under a passphrase',
    options: { passphrase: 'correct horse battery' },
    largest: maxStoredRing,
  },
])('a file $title', ({ options, largest }) => {
  test.each(rowsUpTo(largest))('of $length bytes: $code', async ({ length, code }) => {
    const path = join(await mkdtemp(join(folder, 'ring-')), 'keys.json')
    await createKeyRing({ ...quick, store: createFileStore(path, options) })
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.padEnd(length, '\n'))
    await unlink(`${path}.seen`)
    expect(await codeOf(createFileStore(path, options))).toBe(code)
  })

  test('that is not a ring is read up to its limit', async () => {
    const path = join(await mkdtemp(join(folder, 'ring-')), 'keys.json')
    await writeFile(path, '')
    await truncate(path, 2 ** 40)
    expect(await codeOf(createFileStore(path, options))).toBe(tooLarge)
    await rm(path)
  })

  test.skipIf(process.platform === 'win32')('that never ends, as a device (POSIX only)', async () => {
    expect(await codeOf(createFileStore('/dev/zero', options))).toBe(tooLarge)
  })

  test('beside a digest file that is too large', async () => {
    const path = join(await mkdtemp(join(folder, 'ring-')), 'keys.json')
    await createKeyRing({ ...quick, store: createFileStore(path, options) })
    await truncate(`${path}.seen`, 2 ** 40)
    expect(await codeOf(createFileStore(path, options))).toBe(tooLarge)
  })
})

describe.each([
  { title: 'plain', wrap: (store: KeyRingStore) => store, largest: maxRing },
  {
    title: 'sealed',
    wrap: (store: KeyRingStore) => createSealedStore(store, key),
    largest: maxStoredRing,
  },
])('in a $title store, a text', ({ wrap, largest }) => {
  test.each(rowsUpTo(largest))('of $length characters: $code', async ({ length, code }) => {
    const inner = createMemoryRings()
    await createKeyRing({ ...quick, store: wrap(inner) })
    const stored = await inner.load()
    await inner.save((stored?.text ?? '').padEnd(length, '\n'), stored?.version)
    expect(await codeOf(wrap(inner))).toBe(code)
  })
})

test('a ring that could not be read again is not saved', async () => {
  const store = createMemoryRings()
  const ring = { ...quick, store }
  await expect(createKeyRing({ ...ring, name: 'n'.repeat(maxRing) })).rejects.toMatchObject({
    code: 'SB_RING_UNREADABLE',
    parameter: 'size',
  })
  expect(await store.load()).toBeUndefined()
  await createKeyRing({ ...ring, name: 'n'.repeat(maxRing / 2) })
  expect(await store.load()).toBeDefined()
})
