import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const openers: Readonly<Record<string, readonly [program: string, ...args: readonly string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
  linux: ['xdg-open'],
}

/** Opens a file with the desktop's program for it. Does nothing if there is none: the caller has printed the address. */
export async function openFile(file: URL): Promise<void> {
  const [program, ...args] = openers[process.platform] ?? []
  if (program === undefined) return
  const child = spawn(program, [...args, fileURLToPath(file)], { stdio: 'ignore', detached: true })
  // One of the two is always emitted.
  await Promise.race([once(child, 'spawn'), once(child, 'error')]).catch(() => {})
  child.unref()
}
