import { measureFlood } from './flood/flood.js'
import { memoryReaders } from './growth/memory.js'
import { measureServers } from './http/requests-per-second.js'
import { effortOf, type Options, type Part } from './options.js'
import type { RuntimeResults } from './report/results.js'
import type { Runtime } from './workers/runtimes.js'
import { askOnce } from './workers/worker.js'

/** Garbage is collected between contenders, not at the expense of the next one. */
const execArgv = ['--expose-gc']

/** Measures under one Node what the options ask for. */
export async function measureUnder(runtime: Runtime, options: Options): Promise<RuntimeResults> {
  const effort = effortOf(options)
  const part = async <Result>(
    name: Part,
    measure: () => Promise<readonly Result[]>,
  ): Promise<readonly Result[]> => {
    if (!options.parts.has(name)) return []
    console.error(`Node ${runtime.version}: ${name}`)
    return measure()
  }
  const { version, openssl } = runtime
  return {
    runtime: { version, openssl },
    primitives: await part('primitives', () =>
      askOnce({ runtime, execArgv }, 'primitives', { pace: effort.primitives, count: effort.tokens }),
    ),
    servers: await part('servers', () =>
      measureServers({ runtime, pace: effort.servers, apart: effort.apart }),
    ),
    growth: await part('growth', () => askOnce({ runtime, execArgv }, 'growth', { pace: effort.growth })),
    memory: await part('memory', async () => {
      const uses = []
      for (const reader of memoryReaders) {
        uses.push(await askOnce({ runtime, execArgv }, 'memory', { reader, tokens: effort.memoryTokens }))
      }
      return uses
    }),
    flood: await part('flood', () => measureFlood(runtime, effort.flood)),
  }
}
