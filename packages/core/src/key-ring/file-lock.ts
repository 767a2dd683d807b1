import { randomUUID } from 'node:crypto'
import { open, readFile, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { SealbearerError } from '../errors.js'

/** A lock that is held. */
export interface FileLock {
  /** @throws {SealbearerError} `SB_RING_BUSY` when the lock was taken away meanwhile. */
  check(): Promise<void>
}

/** Milliseconds; tests shorten them. */
interface LockTimes {
  /** Whoever holds it for longer than this without a change is gone. Holding takes a few milliseconds. */
  readonly stale: number
  readonly giveUp: number
}

const usualTimes: LockTimes = { stale: 10_000, giveUp: 30_000 }

interface Holder {
  readonly id: string
  readonly pid: number
  readonly host: string
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** Makes a file that must not be there yet; `false` when it is. */
async function createExclusively(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(text)
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    // Windows says EPERM while a file of that name is being deleted.
    if (hasCode(error, 'EEXIST') || (process.platform === 'win32' && hasCode(error, 'EPERM'))) return false
    throw error
  }
}

const readText = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)

function holderOf(text: string): Holder | undefined {
  try {
    const { id, pid, host }: Partial<Holder> = JSON.parse(text)
    return typeof id === 'string' && typeof pid === 'number' && typeof host === 'string'
      ? { id, pid, host }
      : undefined
  } catch {
    // Somebody has made the file and not written to it yet, or never will.
    return undefined
  }
}

/** Tells for sure only of processes of this host; of others, only their silence tells. */
function isDead(holder: Holder | undefined): boolean {
  if (holder?.host !== hostname()) return false
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return hasCode(error, 'ESRCH')
  }
}

/**
 * Removes a lock whose holder is gone. Of those who find it at once, one gets to: the marker is named for the
 * content of the lock, and under it nobody else removes that lock, so none can hit its successor.
 */
async function breakLock(path: string, seen: string, isOverdue: boolean): Promise<void> {
  const marker = `${path}.${Buffer.from(seen).toString('base64url').slice(0, 80)}.broken`
  if (!(await createExclusively(marker, ''))) {
    // Whoever was to remove the lock crashed in between.
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
 * @throws {SealbearerError} `SB_RING_BUSY` when others hold it for too long.
 */
export async function withFileLock<T>(
  path: string,
  action: (lock: FileLock) => Promise<T>,
  times: LockTimes = usualTimes,
): Promise<T> {
  const lockPath = `${path}.lock`
  const own = JSON.stringify({ id: randomUUID(), pid: process.pid, host: hostname() } satisfies Holder)
  await acquire(lockPath, own, times)
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

async function acquire(path: string, own: string, { stale, giveUp }: LockTimes): Promise<void> {
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
    // Judged by our own patience, because the clocks of those who share a file system can differ.
    const silence = now - since
    if (text !== undefined && (silence > stale || isDead(holderOf(text)))) {
      await breakLock(path, text, silence > 2 * stale)
    }
    await sleep(5 + Math.random() * 20)
  }
}
