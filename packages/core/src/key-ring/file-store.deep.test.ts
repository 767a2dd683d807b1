import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withFileLock } from './file-lock.js'
import { createFileStore } from './file-store.js'
import { createKeyRing } from './key-ring.js'

const run = promisify(execFile)
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

/** Core as it ships, in a process of its own. */
function start(script: string): ReturnType<typeof run> {
  const dist = new URL('../../dist/', import.meta.url)
  const source = `
    import { createKeyRing } from ${JSON.stringify(new URL('index.js', dist).href)}
    import { createFileStore } from ${JSON.stringify(new URL('key-ring-file.js', dist).href)}
    import { once } from 'node:events'
    const path = ${JSON.stringify(path)}
    ${script}`
  return run(process.execPath, ['--input-type=module', '--eval', source])
}

const inProcess = async (script: string): Promise<string> => String((await start(script)).stdout)

/** Several processes that have all done `before` when they begin with `then`. */
async function atOnce(count: number, before: string, then: string): Promise<readonly string[]> {
  const script = `${before}
    console.log('ready')
    await once(process.stdin, 'data')
    process.stdin.unref()
    ${then}`
  const processes = Array.from({ length: count }, () => start(script))
  await Promise.all(processes.map(({ child }) => once(child.stdout ?? child, 'data')))
  for (const { child } of processes) child.stdin?.end('go')
  const outputs = await Promise.all(processes)
  return outputs.map(({ stdout }) => String(stdout).replace('ready', ''))
}

test('a ring is opened again by the next process', async () => {
  const ring = await createKeyRing({ ...quick, store: createFileStore(path) })
  const kids = await inProcess(
    `const ring = await createKeyRing({ keys: ['ES256'], store: createFileStore(path) }); console.log(ring.kids().join())`,
  )
  expect(kids.trim()).toBe(ring.kids().join())
})

describe('processes at once', () => {
  test('make one ring, and rotate it once', async () => {
    const said = await atOnce(
      4,
      `let ahead = 0
      const now = () => new Date(1_800_000_000_000 + ahead)
      const ring = await createKeyRing({ keys: ['ES256'], maxAge: 0, clockTolerance: 0, reloadEvery: 1000, store: createFileStore(path), now })
      ahead = 999_000
      await ring.ready()`,
      `ahead = 1_000_000
      await ring.rotate()
      console.log(JSON.stringify(ring.status().map(({ kid, phase }) => [phase, kid])))`,
    )
    const views = said.map((line) => JSON.parse(line))
    for (const view of views) {
      expect(view.map(([phase]: string[]) => phase)).toEqual(['retiring', 'active', 'next'])
      expect(view).toEqual(views[0])
    }
    expect(await readdir(join(path, '..'))).toEqual(['keys.json', 'keys.json.seen'])
  })

  test('lose no change to one another', async () => {
    await inProcess(`await createKeyRing({ keys: ['ES256'], store: createFileStore(path) })`)
    const counting = `
      const store = createFileStore(path + '.count')
      for (let done = 0; done < 25; ) {
        const stored = await store.load()
        if (await store.save(String(Number(stored?.text ?? 0) + 1), stored?.version)) done++
      }`
    await Promise.all([1, 2, 3].map(() => inProcess(counting)))
    expect(await readFile(`${path}.count`, 'utf8')).toBe('75')
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
  test('by a process that died is removed immediately, by one process', async () => {
    const dead = await run(process.execPath, ['--eval', 'console.log(process.pid)'])
    await writeFile(`${path}.lock`, await lockTextOf({ pid: Number(dead.stdout) }))
    let inside = 0
    let most = 0
    await Promise.all(
      [1, 2, 3, 4, 5].map(() =>
        withFileLock(path, async () => {
          most = Math.max(most, ++inside)
          await new Promise((resolve) => setTimeout(resolve, 5))
          inside--
        }),
      ),
    )
    expect(most).toBe(1)
    expect(await readdir(join(path, '..'))).toEqual([])
  })

  test.skipIf(process.platform === 'win32')(
    'on a full disk: neither a lock nor an incomplete ring remains',
    async () => {
      await createKeyRing({ ...quick, store: createFileStore(path) })
      const before = await readFile(path, 'utf8')
      const module = new URL('../../dist/key-ring-file.js', import.meta.url)
      const script = `
      const { createFileStore } = await import(${JSON.stringify(module.href)})
      const store = createFileStore(${JSON.stringify(path)})
      const stored = await store.load()
      console.log(await store.save('x'.repeat(10_000), stored.version).then(() => 'saved', (error) => error.code))`
      const save = async (limit: string) => {
        const node = `exec "$0" --input-type=module --eval "$1"`
        const { stdout } = await run('sh', ['-c', `ulimit -f ${limit}; ${node}`, process.execPath, script])
        return String(stdout).trim()
      }
      // Files cannot grow beyond this many blocks: the lock not at all, or the lock and not the ring.
      for (const limit of ['0', '1']) {
        expect(await save(limit)).toBe('EFBIG')
        expect(await readdir(join(path, '..'))).toEqual(['keys.json', 'keys.json.seen'])
        expect(await readFile(path, 'utf8')).toBe(before)
        expect(await createFileStore(path).load()).not.toHaveProperty('isOutdated')
      }
      expect(await save('unlimited')).toBe('saved')
    },
  )
})

describe('a file sealed under a passphrase', () => {
  const passphrase = 'correct horse battery staple'
  const sealing = { passphrase }

  test('contains nothing in plaintext, and can be opened again', async () => {
    const ring = await createKeyRing({ ...quick, store: createFileStore(path, sealing) })
    const text = await readFile(path, 'utf8')
    expect(text.trim().split('.')).toHaveLength(5)
    expect(JSON.parse(atob(String(text.split('.')[0])))).toMatchObject({ cty: 'jwk-set+json' })
    const again = await createKeyRing({ ...quick, store: createFileStore(path, sealing) })
    expect(again.kids()).toEqual(ring.kids())
    await again.rotate()
    expect((await readFile(path, 'utf8')).trim().split('.')).toHaveLength(5)
  })

  test.each([
    {
      title: 'another passphrase',
      change: async () => {},
      options: { passphrase: 'correct horse battery stable' },
    },
    {
      title: 'a plain file',
      change: (file: string) => writeFile(file, '{"keys":[]}'),
      options: sealing,
    },
    {
      title: 'one that was tampered with',
      change: async (file: string) =>
        writeFile(file, (await readFile(file, 'utf8')).replace(/.....$/m, 'AAAAA')),
      options: sealing,
    },
    {
      title: 'one that is incomplete',
      change: async (file: string) => writeFile(file, (await readFile(file, 'utf8')).slice(0, 300)),
      options: sealing,
    },
  ])('refuses $title and leaves the file as it is', async ({ change, options }) => {
    await createKeyRing({ ...quick, store: createFileStore(path, { passphrase }) })
    await change(path)
    const before = await readFile(path, 'utf8')
    await expect(createKeyRing({ ...quick, store: createFileStore(path, options) })).rejects.toMatchObject({
      code: 'SB_RING_UNREADABLE',
    })
    expect(await readFile(path, 'utf8')).toBe(before)
  })
})
