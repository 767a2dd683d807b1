import { createClient } from 'redis'
import { type RedisServer, startRedis } from './redis-server.js'

/** Three masters that share the slots. */
export interface RedisCluster {
  readonly ports: readonly number[]
  /** The port of the master that has a slot. */
  owner(slot: number): Promise<number>
  /**
   * Moves a slot to another master, in the steps of resharding.
   *
   * @param between Called during the move, before and after each key.
   */
  move(slot: number, to: number, between: () => Promise<void>): Promise<void>
  command(port: number, ...words: string[]): Promise<unknown>
  stop(): Promise<void>
}

const slots = 16_384

export async function startCluster(): Promise<RedisCluster> {
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
  const servers: readonly RedisServer[] = await Promise.all([0, 1, 2].map(() => startRedis(...options)))
  const clients = await Promise.all(
    servers.map(async ({ url }) =>
      createClient({ url })
        .on('error', () => {})
        .connect(),
    ),
  )
  const ports = servers.map(({ port }) => port)

  async function command(port: number, ...words: string[]): Promise<unknown> {
    return clients[ports.indexOf(port)]?.sendCommand(words)
  }

  const ids = new Map<number, string>()
  for (const [i, port] of ports.entries()) {
    ids.set(port, String(await command(port, 'CLUSTER', 'MYID')))
    const [first, last] = [i, i + 1].map((n) => Math.floor((n * slots) / ports.length))
    await command(port, 'CLUSTER', 'ADDSLOTSRANGE', String(first), String(Number(last) - 1))
    for (const other of ports) await command(port, 'CLUSTER', 'MEET', '127.0.0.1', String(other))
  }
  for (const port of ports) await untilReady(() => command(port, 'CLUSTER', 'INFO'), ports.length)

  async function owner(slot: number): Promise<number> {
    const ranges = (await command(ports[0] ?? 0, 'CLUSTER', 'SLOTS')) as readonly [
      number,
      number,
      [string, number],
    ][]
    return ranges.find(([first, last]) => first <= slot && slot <= last)?.[2][1] ?? 0
  }

  return {
    ...{ ports, owner, command },
    async move(slot, to, between) {
      const from = await owner(slot)
      const name = String(slot)
      await command(to, 'CLUSTER', 'SETSLOT', name, 'IMPORTING', ids.get(from) ?? '')
      await command(from, 'CLUSTER', 'SETSLOT', name, 'MIGRATING', ids.get(to) ?? '')
      await between()
      const keys = (await command(from, 'CLUSTER', 'GETKEYSINSLOT', name, '1000')) as readonly string[]
      for (const key of keys) {
        await command(from, 'MIGRATE', '127.0.0.1', String(to), key, '0', '5000')
        await between()
      }
      for (const port of [to, from, ...ports])
        await command(port, 'CLUSTER', 'SETSLOT', name, 'NODE', ids.get(to) ?? '')
    },
    async stop() {
      for (const client of clients) client.destroy()
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}

async function untilReady(info: () => Promise<unknown>, count: number): Promise<void> {
  for (;;) {
    const text = String(await info())
    if (text.includes('cluster_state:ok') && text.includes(`cluster_known_nodes:${count}`)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
