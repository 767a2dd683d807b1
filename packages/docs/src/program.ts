import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compile } from '@sealbearer/readme-runner'
import { type CodeFile, codeFiles } from './code-blocks.js'

/** The files of a README, compiled. */
export interface Program {
  readonly files: readonly CodeFile[]
  /** Where they run: what they read from the disk has to be put there. */
  readonly folder: URL
  /** Runs a file to its end. @returns The lines that it printed. */
  run(file: string, env?: Readonly<Record<string, string>>): Promise<readonly string[]>
  /** Runs a file until it serves. */
  serve(file: string): Promise<RunningServer>
}

/** A file that serves, in a process of its own. */
export interface RunningServer {
  readonly url: string
  /** The first line that it prints. */
  readonly firstLine: Promise<string>
  stop(): Promise<void>
}

/** Compiles the `ts` blocks of a README under the compiler options of this package. */
export async function compileReadme(readme: URL, name: string): Promise<Program> {
  const folder = new URL(`../reports/${name}/`, import.meta.url)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const files = codeFiles(await readFile(readme, 'utf8'))
  await Promise.all(files.map(({ name, code }) => writeFile(new URL(name, folder), code)))
  await compile(folder)
  return { files, folder, run: (file, env) => run(folder, file, env), serve: (file) => serve(folder, file) }
}

const compiled = (folder: URL, file: string): string =>
  fileURLToPath(new URL(`out/${file.replace(/\.ts$/, '.js')}`, folder))

async function run(
  folder: URL,
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [compiled(folder, file)], {
    cwd: fileURLToPath(folder),
    env: { ...process.env, ...env },
    timeout: 30_000,
  })
  return stdout.trimEnd().split('\n')
}

async function serve(folder: URL, file: string): Promise<RunningServer> {
  const child = fork(compiled(folder, file), {
    cwd: fileURLToPath(folder),
    execArgv: ['--import', new URL('free-port.js', import.meta.url).href],
    silent: true,
  })
  const ended = once(child, 'exit')
  let complaint = ''
  child.stderr?.on('data', (data) => {
    complaint += data
  })
  const firstLine = once(createInterface({ input: child.stdout ?? process.stdin }), 'line')
  const [port] = await Promise.race([once(child, 'message'), ended.then(() => [])])
  if (port === undefined) throw new Error(`${file} ended before it served\n${complaint}`)
  return {
    url: `http://127.0.0.1:${port}`,
    firstLine: firstLine.then(String),
    async stop() {
      child.kill()
      await ended
    },
  }
}
