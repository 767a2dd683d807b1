import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SealbearerError } from '../errors.js'
import type { FileLock } from './file-lock.js'

/** Who may do what with a file. */
type FileAccess = Pick<Stats, 'uid' | 'gid' | 'mode'>

/** Where a path leads: replacing a link instead of the file behind it would split those who share it. */
export async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return join(await realpath(dirname(path)), basename(path))
  }
}

/** The owner, group and mode of a file; `undefined` where there is none. */
export const accessOf = (path: string): Promise<FileAccess | undefined> => stat(path).catch(() => undefined)

/**
 * Replaces a file so that every reader sees the old text or the new one, even after a crash: written beside it,
 * flushed, renamed, and the folder flushed too. Owner, group and mode stay; a new file has mode 0600.
 *
 * @param access Whose file it is, where there is none yet.
 * @throws {SealbearerError} `SB_RING_ACCESS` when the owner could not read the new file.
 */
export async function replaceFile(
  path: string,
  text: string,
  lock: FileLock,
  access?: FileAccess,
): Promise<void> {
  await removeLeftovers(path)
  const former = (await accessOf(path)) ?? access
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFlushed(temporary, text, former)
    // A process that was suspended until another took over its lock must not undo what the other wrote.
    await lock.check()
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  }
  await flushFolder(dirname(path))
}

async function writeFlushed(path: string, text: string, former: FileAccess | undefined): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    // The umask can only have removed permissions; this restores the owner's.
    if (former === undefined) await file.chmod(0o600)
    else await giveAccess(file, former)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Gives a new file the owner, group and mode of the one that it replaces. Without this, a change made by root
 * would lock out the service that the file belongs to.
 */
async function giveAccess(file: FileHandle, former: FileAccess): Promise<void> {
  // Windows has neither owners by number nor modes: a new file inherits the rights of its folder.
  if (process.platform === 'win32') return
  const { uid, gid } = await file.stat()
  if (uid !== former.uid || gid !== former.gid) {
    // Only root can change the owner. A file that is shared by its group keeps the group at least.
    await file.chown(former.uid, former.gid).catch(() => file.chown(uid, former.gid).catch(() => {}))
  }
  await file.chmod(former.mode & 0o777)
  if (!isReadableTo(former, await file.stat())) throw new SealbearerError('SB_RING_ACCESS')
}

/** Returns whether the owner of the former file can read the new one, directly or by the same group. */
function isReadableTo(former: FileAccess, { uid, gid, mode }: FileAccess): boolean {
  if (uid === former.uid) return (mode & 0o400) !== 0
  return (mode & 0o004) !== 0 || (gid === former.gid && (mode & 0o040) !== 0)
}

const leftover = /^[0-9a-f-]{36}\.tmp$/

/** Only the holder of the lock writes such files, so what is there now was left by a crash, keys included. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  const prefix = `${basename(path)}.`
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix) && leftover.test(name.slice(prefix.length)))
      await unlink(join(folder, name)).catch(() => {})
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows cannot open folders, and flushes renames by itself.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
