import { randomUUID } from 'node:crypto'
import { open, readFile, readlink, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { SealbearerError } from '../errors.js'

/** A held lock. */
export interface FileLock {
  /** @throws {SealbearerError} `SB_RING_BUSY` if another process has taken the lock in the meantime. */
  check(): Promise<void>
}

/** Milliseconds; tests shorten them. */
interface LockTimes {
  /**
   * A holder that has not updated the lock for longer than this is considered dead. A lock is held for a few
   * milliseconds.
   */
  readonly stale: number
  readonly giveUp: number
}

const usualTimes: LockTimes = { stale: 10_000, giveUp: 30_000 }

interface Holder {
  readonly id: string
  readonly pid: number
  /** The scope of `pid`; see {@link readProcessSpace}. */
  readonly space: string
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/**
 * Identifies the processes among which a process ID is unique. The host name is not sufficient: containers can share
 * one, and each has its own process IDs.
 *
 * @returns `undefined` if it is unknown.
 */
async function readProcessSpace(): Promise<string | undefined> {
  if (process.platform !== 'linux') return hostname()
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}

let processSpace: Promise<string | undefined> | undefined

/** Creates a file; `false` if it already exists. */
async function createExclusively(path: string, text: string): Promise<boolean> {
  try {
    // Contains no secret. Another user who shares the ring must be able to see who holds the lock.
    const file = await open(path, 'wx', 0o644)
    try {
      await file.writeFile(text)
    } catch (error) {
      // On a full disk an empty file would remain and block every process.
      await unlink(path).catch(() => {})
      throw error
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    // Windows reports EPERM while a file of that name is being deleted.
    if (hasCode(error, 'EEXIST') || (process.platform === 'win32' && hasCode(error, 'EPERM'))) return false
    throw error
  }
}

/** `undefined` if the file does not exist; an empty text if it is not readable. */
const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => (hasCode(error, 'ENOENT') ? undefined : ''))

function holderOf(text: string): Holder | undefined {
  try {
    const { id, pid, space }: Partial<Holder> = JSON.parse(text)
    return typeof id === 'string' && typeof pid === 'number' && typeof space === 'string'
      ? { id, pid, space }
      : undefined
  } catch {
    // A process has created the file and not written to it yet, or crashed before.
    return undefined
  }
}

/**
 * Certain only for processes in the same scope of process IDs; of others, only the time of the last update is known.
 */
function isDead(holder: Holder | undefined, space: string | undefined): boolean {
  if (holder === undefined || holder.space !== space) return false
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return hasCode(error, 'ESRCH')
  }
}

/**
 * Removes a lock whose holder is dead. If several processes try at once, one succeeds: the marker file is named after
 * the content of the lock, and while it exists no other process removes that lock, so its successor is never removed.
 */
async function breakLock(path: string, seen: string, isOverdue: boolean): Promise<void> {
  const marker = `${path}.${Buffer.from(seen).toString('base64url').slice(0, 80)}.broken`
  if (!(await createExclusively(marker, ''))) {
    // The process that was removing the lock crashed.
    if (isOverdue) await unlink(marker).catch(() => {})
    return
  }
  try {
    if ((await readText(path)) === seen) await unlink(path)
  } finally {
    await unlink(marker)
  }
}

/**
 * Holds `<path>.lock` while `action` runs.
 *
 * @throws {SealbearerError} `SB_RING_BUSY` if other processes hold it for too long.
 */
export async function withFileLock<T>(
  path: string,
  action: (lock: FileLock) => Promise<T>,
  times: LockTimes = usualTimes,
): Promise<T> {
  const lockPath = `${path}.lock`
  processSpace ??= readProcessSpace()
  const space = await processSpace
  const own = JSON.stringify({ id: randomUUID(), pid: process.pid, space: space ?? '' } satisfies Holder)
  await acquire(lockPath, own, space, times)
  try {
    return await action({
      async check() {
        if ((await readText(lockPath)) !== own) throw new SealbearerError('SB_RING_BUSY')
      },
    })
  } finally {
    if ((await readText(lockPath)) === own) await unlink(lockPath).catch(() => {})
  }
}

async function acquire(
  path: string,
  own: string,
  space: string | undefined,
  { stale, giveUp }: LockTimes,
): Promise<void> {
  const start = performance.now()
  let seen: string | undefined
  let since = start
  while (!(await createExclusively(path, own))) {
    const now = performance.now()
    if (now - start > giveUp) throw new SealbearerError('SB_RING_BUSY')
    const text = await readText(path)
    if (text !== seen) {
      seen = text
      since = now
    }
    // Measured with the local clock, because the clocks of hosts that share a file system can differ.
    const silence = now - since
    if (text !== undefined && (silence > stale || isDead(holderOf(text), space))) {
      await breakLock(path, text, silence > 2 * stale)
    }
    await sleep(5 + Math.random() * 20)
  }
}
