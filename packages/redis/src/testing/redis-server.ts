import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Redis of a test's own, on a free port, with its files in a folder that goes with it. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** For signals. */
  readonly process: ChildProcess
  /** Starts it again where it was, once it has ended. */
  restart(): Promise<void>
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

function isInstalled(binary: string): boolean {
  try {
    execFileSync(binary, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const hasRedis: boolean = isInstalled('redis-server')

/** For the title of what needs the server: says so where it is left out. */
export const withRedis = (title: string): string =>
  hasRedis ? title : `${title} (left out: redis-server is not installed)`

export async function startRedis(...options: readonly string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sealbearer-redis-'))
  const port = await freePort()
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const start = () => launch([...own, ...options], 'Ready to accept connections')
  let child = await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get process() {
      return child
    },
    async restart() {
      child = await start()
    },
    async stop() {
      await endProcess(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** @param ready What it prints when it is. */
export async function launch(options: readonly string[], ready: string): Promise<ChildProcess> {
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  // Also where a test process ends early.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  let log = ''
  for await (const chunk of child.stdout) {
    log += String(chunk)
    if (log.includes(ready)) break
  }
  if (child.exitCode !== null) throw new Error(`redis-server ended: ${log}`)
  return child
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
