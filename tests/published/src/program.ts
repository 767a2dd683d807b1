import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const onLoopback = new URL('on-loopback.js', import.meta.url).href
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))

type Environment = Readonly<Record<string, string>>

const options = (folder: URL, env: Environment) => ({
  cwd: fileURLToPath(folder),
  env: { ...process.env, ...env },
})

const compiled = (folder: URL, file: string): string =>
  fileURLToPath(new URL(file.replace(/\.ts$/, '.js'), folder))

/** Runs a compiled file to its end. @returns The lines that it printed. */
export async function run(folder: URL, file: string, env: Environment): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', onLoopback, compiled(folder, file)],
    { ...options(folder, env), timeout: 30_000 },
  )
  return stdout.trimEnd().split('\n')
}

/** Runs a compiled test file under Vitest, without any configuration. */
export async function runVitest(folder: URL, file: string): Promise<void> {
  // Vitest would find the one of this repository.
  await writeFile(new URL('vitest.config.js', folder), 'export default {}\n')
  const test = file.replace(/\.ts$/, '.js')
  const args = [vitest, 'run', test, '--root', fileURLToPath(folder)]
  await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
}

/** A file that serves, in a process of its own. */
export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

/** Runs a compiled file until it serves. */
export async function serve(folder: URL, file: string, env: Environment): Promise<RunningServer> {
  const child = fork(compiled(folder, file), {
    ...options(folder, env),
    execArgv: ['--import', onLoopback],
    silent: true,
  })
  const ended = once(child, 'exit')
  let complaint = ''
  child.stderr?.on('data', (data) => {
    complaint += data
  })
  const [port] = await Promise.race([once(child, 'message'), ended.then(() => [])])
  if (port === undefined) throw new Error(`${file} ended before it served\n${complaint}`)
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill()
      await ended
    },
  }
}
