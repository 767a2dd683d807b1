import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'
import { endProcess, freePort, launch, startRedis } from './redis-server.js'

/** A master, its replica, and a sentinel that promotes the replica. */
export interface RedisSentinel {
  readonly name: string
  readonly port: number
  /** Waits until the replica is up to date. */
  replicated(): Promise<void>
  /** Kills the master, and waits until the replica is promoted. */
  failOver(): Promise<void>
  stop(): Promise<void>
}

const name = 'tokens'

export async function startSentinel(): Promise<RedisSentinel> {
  const master = await startRedis()
  const replica = await startRedis(
    '--replicaof',
    '127.0.0.1',
    String(master.port),
    '--repl-diskless-sync-delay',
    '0',
  )
  const client = createClient({ url: master.url }).on('error', () => {})
  await client.connect()
  const replicated = async (): Promise<void> => {
    while (Number(await client.sendCommand(['WAIT', '1', '1000'])) < 1);
  }
  await client.set('begun', '1')
  await replicated()

  const folder = await mkdtemp(join(tmpdir(), 'sealbearer-sentinel-'))
  const file = join(folder, 'sentinel.conf')
  const port = await freePort()
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 5000`,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const sentinel = await launch([file, '--sentinel'], '+monitor')
  const asking = createClient({ url: `redis://127.0.0.1:${port}` }).on('error', () => {})
  await asking.connect()

  /** Waits until the sentinel's reply fulfils a condition. */
  async function until(command: readonly string[], holds: (reply: string) => boolean): Promise<void> {
    while (!holds(JSON.stringify(await asking.sendCommand([...command])))) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await until(['SENTINEL', 'REPLICAS', name], (reply) => reply.includes(String(replica.port)))

  return {
    ...{ name, port, replicated },
    async failOver() {
      master.process.kill('SIGKILL')
      await once(master.process, 'exit')
      await until(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name], (reply) =>
        reply.includes(String(replica.port)),
      )
    },
    async stop() {
      for (const each of [client, asking]) each.destroy()
      await endProcess(sentinel)
      for (const server of [replica, master]) await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
