import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withFileLock } from './file-lock.js'
import { createFileStore } from './file-store.js'
import { createKeyRing } from './key-ring.js'

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
let folder: string
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealbearer-host-'))
})
beforeEach(async () => {
  path = join(await mkdtemp(join(folder, 'ring-')), 'keys.json')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const quick = { keys: ['ES256'], maxAge: 0, clockTolerance: 0, reloadEvery: 0.01 } as const
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Core as it ships, in a process of its own that holds the lock until it is told to end. */
function holdLock(...prefix: readonly string[]) {
  const lock = new URL('../../dist/key-ring/file-lock.js', import.meta.url).href
  const source = `
    import { once } from 'node:events'
    import { withFileLock } from ${JSON.stringify(lock)}
    await withFileLock(${JSON.stringify(path)}, async (lock) => {
      console.log('held by', process.pid)
      await once(process.stdin, 'data')
      await lock.check()
    })
    console.log('released')
    process.exit()`
  const [program = '', ...args] = [...prefix, process.execPath, '--input-type=module', '--eval', source]
  return execFile(program, args)
}

test.runIf(isRoot)(
  'a lock whose holder is in another PID namespace is waited for, though no process here has its ID (as root)',
  { timeout: 30_000 },
  async () => {
    const holder = holdLock('unshare', '--fork', '--pid', '--kill-child')
    const said: string[] = []
    holder.stdout?.on('data', (text) => said.push(String(text)))
    await once(holder.stdout ?? holder, 'data')
    const order: string[] = []
    const waiting = withFileLock(path, async () => order.push('taken'))
    await pause(1_000)
    expect(order).toEqual([])
    holder.stdin?.end('go')
    await once(holder, 'exit')
    await waiting
    expect(said.join('')).toMatch(/held by \d+\nreleased/)
    expect(order).toEqual(['taken'])
  },
)

test.runIf(isRoot)(
  'a lock whose holder died in another PID namespace is broken after its silence (as root)',
  { timeout: 30_000 },
  async () => {
    const holder = holdLock('unshare', '--fork', '--pid', '--kill-child')
    await once(holder.stdout ?? holder, 'data')
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const start = performance.now()
    await withFileLock(path, async () => {}, { stale: 500, giveUp: 10_000 })
    expect(performance.now() - start).toBeGreaterThan(450)
  },
)

test.each([
  { title: 'an hour ahead', seconds: Date.now() / 1000 + 3_600 },
  { title: 'a year behind', seconds: Date.now() / 1000 - 31_536_000 },
])('the age of a lock is measured here, and not by the clock of its host: $title', async ({ seconds }) => {
  await writeFile(`${path}.lock`, '{"id":"another","pid":1,"space":"another host"}')
  await utimes(`${path}.lock`, seconds, seconds)
  const start = performance.now()
  await withFileLock(path, async () => {}, { stale: 300, giveUp: 10_000 })
  const waited = performance.now() - start
  expect(waited).toBeGreaterThan(290)
  expect(waited).toBeLessThan(5_000)
})

describe.runIf(isRoot)('on a full disk (a small tmpfs, as root)', () => {
  let disk: string
  beforeEach(async () => {
    disk = join(folder, `disk-${Math.random()}`)
    await mkdir(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
    return () => execFileSync('umount', ['-l', disk])
  })

  /** Fills what is left, up to the last block. */
  async function fill(): Promise<void> {
    for (let block = 65_536; block >= 1; block = Math.floor(block / 2)) {
      await writeFile(join(disk, `filler-${block}`), 'x'.repeat(block)).catch(() => {})
    }
  }

  test('a change fails without leaving anything, and succeeds once there is room', async () => {
    const file = join(disk, 'keys.json')
    const ring = await createKeyRing({ ...quick, store: createFileStore(file) })
    const before = await readFile(file, 'utf8')
    await pause(20)
    await fill()
    await expect(ring.rotate()).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await readFile(file, 'utf8')).toBe(before)
    const names = (await readdir(disk)).filter((name) => !name.startsWith('filler'))
    expect(names).toEqual(['keys.json', 'keys.json.seen'])
    // Others read it as before.
    const other = await createKeyRing({
      ...quick,
      create: false,
      store: createFileStore(file),
      onError: () => {},
    })
    expect(other.kids()).toEqual(ring.kids())
    for (const name of await readdir(disk)) if (name.startsWith('filler')) await rm(join(disk, name))
    await ring.rotate()
    expect(await readFile(file, 'utf8')).not.toBe(before)
  })

  test('a revoked key is refused in this process at once, and in the store once there is room', async () => {
    const file = join(disk, 'keys.json')
    const ring = await createKeyRing({ ...quick, store: createFileStore(file), onError: () => {} })
    const [kid = ''] = ring.kids()
    await fill()
    await expect(ring.revoke(kid)).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await ring.select({ alg: 'ES256', kid })).toEqual([])
    for (const name of await readdir(disk)) if (name.startsWith('filler')) await rm(join(disk, name))
    await ring.revoke(kid)
    const other = await createKeyRing({ ...quick, create: false, store: createFileStore(file) })
    expect(other.kids()).not.toContain(kid)
  })
})

describe('a host whose clock is two hours ahead', () => {
  const ahead = () => new Date(Date.now() + 7_200_000)
  const times = { keys: ['ES256'], maxAge: '1m', maxTokenLifetime: '5m', reloadEvery: 0.01 } as const

  test('removes no key of the others, and restores no revoked one', async () => {
    const store = () => createFileStore(path)
    const ring = await createKeyRing({ ...times, store: store() })
    const [active = '', next = ''] = ring.kids()
    await ring.revoke(next)
    const other = await createKeyRing({ ...times, store: store(), now: ahead })
    await other.rotate()
    await pause(20)
    await ring.ready()
    expect(ring.kids()).toContain(active)
    expect(ring.kids()).not.toContain(next)
    expect(other.kids()).not.toContain(next)
    // What the one ahead signs with is known to all.
    const [theirs] = other.status().filter(({ phase }) => phase === 'active')
    expect(ring.kids()).toContain(theirs?.kid)
  })
})
