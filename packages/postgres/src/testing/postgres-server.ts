import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PoolConfig } from 'pg'

/** A PostgreSQL server for one test, on a socket in a temporary folder. */
export interface PostgresServer {
  readonly connection: PoolConfig
  /** Stops it and removes its files. */
  stop(): Promise<void>
}

/** Debian does not put the programs of the server on the PATH. */
function folderOfPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...pathFolders()]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

const pathFolders = (): readonly string[] => (process.env['PATH'] ?? '').split(':').filter(Boolean)

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // The next one is tried.
    }
  }
  return undefined
}

const programs = folderOfPrograms()

export const hasPostgres: boolean = programs !== undefined

/** Adds to a title that its tests are skipped if PostgreSQL is not installed. */
export const withPostgres = (title: string): string =>
  hasPostgres ? title : `${title} (skipped: PostgreSQL is not installed)`

export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sb-pg-'))
  const user = unprivilegedUser()
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  await chmod(folder, 0o700)
  const program = (name: string) => join(programs ?? '', name)
  const data = join(folder, 'data')
  execFileSync(
    program('initdb'),
    ['-D', data, '-U', 'sealbearer', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    {
      ...{ ...user, cwd: folder, stdio: 'pipe' },
    },
  )
  const options = ['-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=200', '-k', folder]
  const server = spawn(program('postgres'), ['-D', data, ...options], {
    ...{ ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  })
  // Also if the test process ends early.
  const kill = (): void => void server.kill('SIGQUIT')
  process.once('exit', kill)
  await ready(server)
  return {
    connection: { host: folder, user: 'sealbearer', database: 'postgres' },
    async stop() {
      process.off('exit', kill)
      if (server.exitCode === null) {
        const ended = once(server, 'exit')
        // SIGTERM waits for open connections; SIGINT does not.
        server.kill('SIGTERM')
        const hurry = setTimeout(() => server.kill('SIGINT'), 2000)
        await ended
        clearTimeout(hurry)
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function ready(server: ChildProcess): Promise<void> {
  let log = ''
  return new Promise((resolve, reject) => {
    server.once('exit', () => reject(new Error(`postgres ended: ${log}`)))
    server.stderr?.on('data', (chunk) => {
      log += String(chunk)
      if (log.includes('ready to accept connections')) resolve()
    })
  })
}
