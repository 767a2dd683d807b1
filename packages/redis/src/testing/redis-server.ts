import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Redis server for one test, on a free port, with its files in a temporary folder. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** For signals. */
  readonly process: ChildProcess
  /** Starts it again with the same files, after it has ended. */
  restart(): Promise<void>
  /** Stops it and removes its files. */
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

/** Adds to a title that its tests are skipped if Redis is not installed. */
export const withRedis = (title: string): string =>
  hasRedis ? title : `${title} (skipped: redis-server is not installed)`

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

/** @param ready What the process prints when it is ready. */
export async function launch(options: readonly string[], ready: string): Promise<ChildProcess> {
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  // Also if the test process ends early.
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
