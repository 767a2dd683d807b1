import { randomUUID } from 'node:crypto'
import { open, readdir, realpath, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { FileLock } from './file-lock.js'

/** Where a path leads: replacing a link instead of the file behind it would split those who share it. */
export async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return join(await realpath(dirname(path)), basename(path))
  }
}

/**
 * Replaces a file so that everybody sees the old text or the new one, even after a crash: written beside it,
 * flushed, renamed, and the folder flushed too.
 */
export async function replaceFile(path: string, text: string, lock: FileLock): Promise<void> {
  await removeLeftovers(path)
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFlushed(temporary, text)
    // Whoever was suspended for so long that others took its lock must not undo what they wrote.
    await lock.check()
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  }
  await flushFolder(dirname(path))
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    // The umask can only have taken permissions away; this gives the owner's back.
    await file.chmod(0o600)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

const leftover = /^[0-9a-f-]{36}\.tmp$/

/** Only the holder of the lock writes such files, so what is there now was left by a crash, keys and all. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  const prefix = `${basename(path)}.`
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix) && leftover.test(name.slice(prefix.length)))
      await unlink(join(folder, name)).catch(() => {})
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows opens no folders, and flushes renames by itself.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
