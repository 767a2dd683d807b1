import { execFile } from 'node:child_process'
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { replaceFile } from './atomic-replace.js'

const run = promisify(execFile)
const lock = { check: async () => {} }
const isPosix = process.platform !== 'win32'
const isRoot = process.getuid?.() === 0
/** Of no user that runs anything here. */
const [service, group, operator] = [60_001, 60_002, 60_003]

let root: string
let folder: string
let path: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sealbearer-replace-'))
  await chmod(root, 0o755)
})
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'ring-'))
  path = join(folder, 'keys.json')
})
afterAll(() => rm(root, { recursive: true, force: true }))

const accessOf = async (file: string) => {
  const { uid, gid, mode } = await stat(file)
  return { uid, gid, mode: mode & 0o777 }
}

/** Replaces the file as another user does, with the module as it ships. */
async function replaceAs(uid: number, gid: number): Promise<string> {
  const module = new URL('../../dist/key-ring/atomic-replace.js', import.meta.url)
  const script = `
    process.setgroups([])
    const { replaceFile } = await import(${JSON.stringify(module.href)})
    process.setgid(${gid})
    process.setuid(${uid})
    const done = replaceFile(${JSON.stringify(path)}, 'new', { check: async () => {} })
    console.log(await done.then(() => 'replaced', (error) => error.code))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script])
  return stdout.trim()
}

test('makes a new file with mode 0600', async () => {
  await replaceFile(path, 'new', lock)
  expect(await readFile(path, 'utf8')).toBe('new')
  if (isPosix) expect((await accessOf(path)).mode).toBe(0o600)
})

test.runIf(isPosix).each([0o600, 0o640, 0o660, 0o644, 0o400])('keeps mode %o', async (mode) => {
  await writeFile(path, 'old')
  await chmod(path, mode)
  await replaceFile(path, 'new', lock)
  expect((await accessOf(path)).mode).toBe(mode)
  expect(await readFile(path, 'utf8')).toBe('new')
})

// Only root can give files to another user.
describe.runIf(isRoot)('as root', () => {
  test.each([0o600, 0o640, 0o660])('keeps owner and group of a file with mode %o', async (mode) => {
    await writeFile(path, 'old')
    await chown(path, service, group)
    await chmod(path, mode)
    await replaceFile(path, 'new', lock)
    expect(await accessOf(path)).toEqual({ uid: service, gid: group, mode })
  })

  test('gives a new file beside the ring the access rights of the ring', async () => {
    await replaceFile(path, 'new', lock, { uid: service, gid: group, mode: 0o100640 })
    expect(await accessOf(path)).toEqual({ uid: service, gid: group, mode: 0o640 })
  })

  test.each([
    { title: 'of its owner alone', mode: 0o600, gid: group, outcome: 'SB_RING_ACCESS' },
    { title: 'of a group that the other user is not in', mode: 0o660, gid: 0, outcome: 'SB_RING_ACCESS' },
    { title: 'of a group that both users are in', mode: 0o660, gid: group, outcome: 'replaced' },
    { title: 'of every user', mode: 0o644, gid: 0, outcome: 'replaced' },
  ])('another user who replaces a file $title: $outcome', async ({ mode, gid, outcome }) => {
    await chmod(folder, 0o777)
    await writeFile(path, 'old')
    await chown(path, service, gid)
    await chmod(path, mode)
    const before = await accessOf(path)
    expect(await replaceAs(operator, group)).toBe(outcome)
    expect(await readFile(path, 'utf8')).toBe(outcome === 'replaced' ? 'new' : 'old')
    if (outcome === 'SB_RING_ACCESS') expect(await accessOf(path)).toEqual(before)
    else expect((await accessOf(path)).mode).toBe(mode)
  })
})
