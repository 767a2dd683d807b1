import { execFile } from 'node:child_process'
import type { App } from './app.js'
import type { RunResult } from './run-result.js'
import type { Runtime } from './runtimes.js'

const timeout = 300_000

interface Output {
  readonly stdout: string
  readonly said: string
}

/** Runs a program to its end. Its exit code says nothing: the results do. */
function outputOf(binary: string, args: readonly string[], cwd: string): Promise<Output> {
  return new Promise((resolve) => {
    const options = { cwd, timeout, maxBuffer: 2 ** 28, env: {} }
    const child = execFile(binary, args, options, (error, stdout, stderr) => {
      resolve({ stdout, said: [error?.message.slice(0, 2000), stderr.slice(-4000)].join('\n') })
    })
    child.stdin?.end()
  })
}

export async function versionOf(binary: string): Promise<string> {
  const { stdout } = await outputOf(binary, ['--version'], '.')
  return /\d[\d.-]+/.exec(stdout)?.[0] ?? 'unknown'
}

/** Runs all suites in one runtime. */
export async function runIn({ name, args }: Runtime, binary: string, app: App): Promise<RunResult> {
  const { stdout, said } = await outputOf(binary, args(app), app.folder)
  const line = stdout.split('\n').find((text) => text.startsWith('{"engine":'))
  if (line === undefined) throw new Error(`${name} printed no results\n${said}`)
  // Our own program wrote it.
  return JSON.parse(line) as RunResult
}
