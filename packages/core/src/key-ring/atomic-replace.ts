import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SealbearerError } from '../errors.js'
import type { FileLock } from './file-lock.js'

/** Owner, group and mode of a file. */
type FileAccess = Pick<Stats, 'uid' | 'gid' | 'mode'>

/** Resolves a path: replacing a link instead of its target would separate the processes that share the file. */
export async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return join(await realpath(dirname(path)), basename(path))
  }
}

/** The owner, group and mode of a file; `undefined` if it does not exist. */
export const accessOf = (path: string): Promise<FileAccess | undefined> => stat(path).catch(() => undefined)

/**
 * Replaces a file so that every reader sees either the old or the new text, even after a crash: writes a temporary
 * file, flushes and renames it, and flushes the folder. Owner, group and mode are preserved; a new file has mode 0600.
 *
 * @param access For a file that does not exist yet.
 * @throws {SealbearerError} `SB_RING_ACCESS` if the owner could not read the new file.
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
    // A process that was suspended until another one took its lock must not overwrite the other's change.
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
    // The umask can only remove permissions; this restores the owner's.
    if (former === undefined) await file.chmod(0o600)
    else await giveAccess(file, former)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Sets the owner, group and mode of the replaced file on the new one. Otherwise a change by root would lock out the
 * service that owns the file.
 */
async function giveAccess(file: FileHandle, former: FileAccess): Promise<void> {
  // Windows has no numeric owners or modes: a new file inherits the permissions of its folder.
  if (process.platform === 'win32') return
  const { uid, gid } = await file.stat()
  if (uid !== former.uid || gid !== former.gid) {
    // Only root can change the owner. A file that is shared by a group keeps at least its group.
    await file.chown(former.uid, former.gid).catch(() => file.chown(uid, former.gid).catch(() => {}))
  }
  await file.chmod(former.mode & 0o777)
  if (!isReadableTo(former, await file.stat())) throw new SealbearerError('SB_RING_ACCESS')
}

/** Whether the owner of the replaced file can read the new one, directly or through the same group. */
function isReadableTo(former: FileAccess, { uid, gid, mode }: FileAccess): boolean {
  if (uid === former.uid) return (mode & 0o400) !== 0
  return (mode & 0o004) !== 0 || (gid === former.gid && (mode & 0o040) !== 0)
}

const leftover = /^[0-9a-f-]{36}\.tmp$/

/** Only the holder of the lock writes such files, so an existing one was left by a crash, and may contain keys. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  const prefix = `${basename(path)}.`
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix) && leftover.test(name.slice(prefix.length)))
      await unlink(join(folder, name)).catch(() => {})
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows cannot open folders, and flushes renames itself.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
