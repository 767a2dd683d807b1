import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { bearerHeaders, type Running } from './recipe.js'

/** A program that serves HTTP on a port of its own choice. */
interface ServingProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Finds the port in a line that the program prints. */
  readonly port: RegExp
  /** What to ask it for. */
  readonly path: string
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Starts a program, and waits for the line that names its port. @throws {Error} with what it printed, if it ends before */
export async function startProgram(program: ServingProgram): Promise<Running> {
  const { command, args, cwd, env, path, headers } = program
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: string[] = []
  const port = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        printed.push(line)
        const found = program.port.exec(line)?.[1]
        if (found !== undefined) resolve(found)
      })
    }
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${command} has ended:\n${printed.join('\n')}`)))
  })
  return {
    ask: (token) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { ...headers, ...bearerHeaders(token) } }),
    async close() {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

/** For programs that cannot be told to choose a port. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return String(address.port)
}
