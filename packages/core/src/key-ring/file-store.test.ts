import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { generateKey } from '../keys/generate.js'
import { importKey } from '../keys/import.js'
import { withFileLock } from './file-lock.js'
import { createFileStore } from './file-store.js'
import { createKeyRing } from './key-ring.js'
import { createSealedStore } from './sealed-store.js'
import { createMemoryRings } from './store.js'

let folder: string
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealbearer-file-store-'))
})
beforeEach(async () => {
  path = join(await mkdtemp(join(folder, 'ring-')), 'keys.json')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const quick = { keys: ['ES256'], maxAge: 0, clockTolerance: 0, reloadEvery: 0.01 } as const

describe('what is on the disk', () => {
  test('is a JWK Set with mode 0600, and beside it the digest of the last save', async () => {
    const ring = await createKeyRing({ ...quick, store: createFileStore(path) })
    const { mode } = await stat(path)
    if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600)
    const { keys } = JSON.parse(await readFile(path, 'utf8'))
    expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual(ring.kids())
    expect(await readdir(join(path, '..'))).toEqual(['keys.json', 'keys.json.seen'])
    await expect(importKey(keys[0], { alg: 'ES256' })).resolves.toMatchObject({ type: 'private' })
  })

  test('keeps its mode, follows a link and cleans up after a crash', async () => {
    const link = join(path, '..', 'link.json')
    await createKeyRing({ ...quick, store: createFileStore(path) })
    await chmod(path, 0o640)
    await symlink(path, link)
    const leftover = `${path}.00000000-0000-4000-8000-000000000000.tmp`
    await writeFile(leftover, 'private')
    const ring = await createKeyRing({ ...quick, store: createFileStore(link) })
    await new Promise((resolve) => setTimeout(resolve, 20))
    await ring.rotate()
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o640)
    expect(await readdir(join(path, '..'))).toEqual(['keys.json', 'keys.json.seen', 'link.json'])
  })
})

/** The text of a lock that a process of this host holds, or of another where that is changed. */
async function lockTextOf(change: object): Promise<string> {
  let text = ''
  await withFileLock(path, async () => {
    text = await readFile(`${path}.lock`, 'utf8')
  })
  return JSON.stringify({ ...JSON.parse(text), ...change })
}

describe('a lock left behind', () => {
  const times = { stale: 200, giveUp: 5_000 }

  test.each([
    { title: 'on another host', change: { space: 'elsewhere' } },
    // Two containers can have one host name, and each has a process 1; no process of ours has this ID.
    {
      title: 'by a container that still holds it',
      change: { space: `${hostname()} pid:[1]`, pid: 4_000_000 },
    },
    { title: 'by an unknown process', change: { space: '', pid: 4_000_000 } },
    { title: 'before a word was written', change: undefined },
  ])('$title is removed once it has not been updated for long', async ({ change }) => {
    await writeFile(`${path}.lock`, change === undefined ? '' : await lockTextOf(change))
    await utimes(`${path}.lock`, 0, 0)
    const start = performance.now()
    await expect(withFileLock(path, async () => 'done', times)).resolves.toBe('done')
    expect(performance.now() - start).toBeGreaterThan(times.stale)
  })

  test('by a crash while it was being removed is removed all the same', async () => {
    const text = await lockTextOf({ space: 'elsewhere' })
    await writeFile(`${path}.lock`, text)
    await writeFile(`${path}.lock.${Buffer.from(text).toString('base64url').slice(0, 80)}.broken`, '')
    await expect(withFileLock(path, async () => 'done', times)).resolves.toBe('done')
  })

  test('that was taken over stops its former holder', async () => {
    const returning = withFileLock(path, async (lock) => {
      await writeFile(`${path}.lock`, 'taken over')
      await lock.check()
    })
    await expect(returning).rejects.toMatchObject({ code: 'SB_RING_BUSY' })
    expect(await readFile(`${path}.lock`, 'utf8')).toBe('taken over')
  })

  test('that is still held is respected', async () => {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const holding = await new Promise<{ readonly end: Promise<void> }>((begin) => {
      const end = withFileLock(path, () => {
        begin({ end })
        return released
      })
    })
    await expect(withFileLock(path, async () => {}, { stale: 5_000, giveUp: 100 })).rejects.toMatchObject({
      code: 'SB_RING_BUSY',
    })
    release()
    await holding.end
  })
})

test.skipIf(process.platform === 'win32')(
  'warns once of a file that other users can change or read',
  async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    try {
      const key = await generateKey('A256KW')
      const sealed = `${path}.sealed`
      await createKeyRing({ ...quick, store: createFileStore(path) })
      await createKeyRing({ ...quick, store: createFileStore(sealed, { key }) })
      const warned = async (mode: number, file: string, options = {}) => {
        warnings.mockClear()
        await chmod(file, mode)
        const store = createFileStore(file, options)
        for (let i = 0; i < 2; i++) await store.load()
        return warnings.mock.calls.map(([text]) => String(text).match(/readable|writable/)?.[0])
      }
      for (const mode of [0o600, 0o640, 0o660]) expect(await warned(mode, path)).toEqual([])
      expect(await warned(0o644, path)).toEqual(['readable'])
      expect(await warned(0o666, path)).toEqual(['writable'])
      expect(await warned(0o644, sealed, { key })).toEqual([])
      expect(await warned(0o646, sealed, { key })).toEqual(['writable'])
    } finally {
      warnings.mockRestore()
    }
  },
)

describe('a sealed file', () => {
  test.each([
    { title: 'a key', options: async () => ({ key: await generateKey('dir', { enc: 'A256GCM' }) }) },
    { title: 'a wrapping key', options: async () => ({ key: await generateKey('A256KW') }) },
  ])('under $title contains nothing in plaintext, and can be opened again', async ({ options }) => {
    const sealing = await options()
    const ring = await createKeyRing({ ...quick, store: createFileStore(path, sealing) })
    const text = await readFile(path, 'utf8')
    expect(text.trim().split('.')).toHaveLength(5)
    expect(JSON.parse(atob(String(text.split('.')[0])))).toMatchObject({ cty: 'jwk-set+json' })
    const again = await createKeyRing({ ...quick, store: createFileStore(path, sealing) })
    expect(again.kids()).toEqual(ring.kids())
    await again.rotate()
    expect((await readFile(path, 'utf8')).trim().split('.')).toHaveLength(5)
  })

  test('opens with an older key, and is sealed with the first', async () => {
    const [older, newer] = [
      await generateKey('A256KW', { kid: 'older' }),
      await generateKey('A256KW', { kid: 'newer' }),
    ]
    await createKeyRing({ ...quick, store: createFileStore(path, { key: older }) })
    const ring = await createKeyRing({ ...quick, store: createFileStore(path, { key: [newer, older] }) })
    await new Promise((resolve) => setTimeout(resolve, 20))
    await ring.rotate()
    await expect(
      createKeyRing({ ...quick, store: createFileStore(path, { key: newer }) }),
    ).resolves.toBeDefined()
  })

  test.each([
    { title: 'one under another key', change: async () => {}, key: generateKey('A256KW') },
    { title: 'a plain file', change: (file: string) => writeFile(file, '{"keys":[]}') },
    {
      title: 'one that was tampered with',
      change: async (file: string) =>
        writeFile(file, (await readFile(file, 'utf8')).replace(/.....$/m, 'AAAAA')),
    },
    {
      title: 'one that is incomplete',
      change: async (file: string) => writeFile(file, (await readFile(file, 'utf8')).slice(0, 300)),
    },
  ])('refuses $title and leaves the file as it is', async ({ change, key }) => {
    const own = await generateKey('A256KW')
    await createKeyRing({ ...quick, store: createFileStore(path, { key: own }) })
    await change(path)
    const before = await readFile(path, 'utf8')
    const store = createFileStore(path, { key: (await key) ?? own })
    await expect(createKeyRing({ ...quick, store })).rejects.toMatchObject({ code: 'SB_RING_UNREADABLE' })
    expect(await readFile(path, 'utf8')).toBe(before)
  })

  test('encrypts any other store alike', async () => {
    const inner = createMemoryRings()
    const key = await generateKey('A256GCMKW')
    await createKeyRing({ ...quick, store: createSealedStore(inner, key) })
    expect((await inner.load())?.text.trim().split('.')).toHaveLength(5)
    await expect(createKeyRing({ ...quick, store: inner })).rejects.toMatchObject({
      code: 'SB_RING_UNREADABLE',
    })
  })
})

test.each([
  { title: 'no path', make: () => createFileStore('') },
  { title: 'a short passphrase', make: () => createFileStore('x', { passphrase: 'short' }) },
  { title: 'an unknown option', make: () => createFileStore('x', { password: 'x' } as never) },
  { title: 'what is not a key', make: () => createFileStore('x', { key: {} as never }) },
])('refuses $title', ({ make }) => {
  expect(make).toThrow(TypeError)
  expect(() => createFileStore('x', { passphrase: 'long enough for it' })).not.toThrow()
})

test('refuses a public key, under which anyone could create a ring', async () => {
  const key = await generateKey('RSA-OAEP-256')
  expect(() => createFileStore('x', { key })).toThrow(/public key/)
})
