import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const openers: Readonly<Record<string, readonly [program: string, ...args: readonly string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
  linux: ['xdg-open'],
}

/** Opens a file in the program that the desktop has for it. Does nothing where there is none: the caller has printed it. */
export async function openFile(file: URL): Promise<void> {
  const [program, ...args] = openers[process.platform] ?? []
  if (program === undefined) return
  const child = spawn(program, [...args, fileURLToPath(file)], { stdio: 'ignore', detached: true })
  // Either of the two comes.
  await Promise.race([once(child, 'spawn'), once(child, 'error')]).catch(() => {})
  child.unref()
}
