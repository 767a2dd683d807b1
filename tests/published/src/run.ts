import { execFile } from 'node:child_process'

/** Runs a program to its end with nothing on stdin; what it printed is in the error when it fails. */
export function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { cwd, maxBuffer: 2 ** 26, shell: process.platform === 'win32', timeout: 240_000 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`))
        else resolve(stdout)
      },
    )
    child.stdin?.end()
  })
}
