import { nestedMint } from '../cases/mints.js'
import { claimsOf, subjectOf } from '../material/claims.js'
import { encryptionKey } from '../material/encryption-key.js'
import { portable, signatureKey } from '../material/signature-key.js'
import type { Pace } from '../measure/rounds.js'
import { median } from '../measure/statistics.js'
import type { Runtime } from '../workers/runtimes.js'
import { Worker } from '../workers/worker.js'
import { type Delay, type FloodReader, floodReaders } from './flooded-server.js'

/** A server under a flood of encrypted tokens, none of which it has seen before. */
export interface MeasuredFlood {
  readonly reader: FloodReader
  readonly delay: Delay
  readonly requestsPerSecond: number
}

const connections = 64
const distinct = 200

/** Floods a server of each kind with RS256 tokens encrypted by RSA-OAEP-256. */
export async function measureFlood(runtime: Runtime, pace: Pace): Promise<readonly MeasuredFlood[]> {
  const signature = signatureKey('RS256')
  const encryption = encryptionKey('RSA-OAEP-256')
  const mint = nestedMint(signature, encryption)
  const tokens = await Promise.all(
    Array.from({ length: distinct }, (_, index) => mint.token(claimsOf(subjectOf(index)))),
  )
  const input = {
    signature: portable(signature),
    encryption: String(encryption.opening.export({ type: 'pkcs8', format: 'pem' })),
  }
  const client = new Worker({ runtime })
  // Not pinned: a second core is what an opening off the event loop would use.
  const servers = floodReaders.map((reader) => ({
    reader,
    worker: new Worker({ runtime }),
    delays: [] as Delay[],
    rates: [] as number[],
  }))
  try {
    for (const server of servers) {
      const { port } = await server.worker.ask('flooded', { reader: server.reader, ...input })
      for (let round = -1; round < pace.rounds; round++) {
        const load = { port, tokens, milliseconds: round < 0 ? pace.warmUp : pace.slice, connections }
        const { requests, seconds } = await client.ask('load', load)
        const delay = await server.worker.ask('delay', undefined)
        if (round < 0) continue
        server.delays.push(delay)
        server.rates.push(requests / seconds)
      }
    }
  } finally {
    await Promise.all([client, ...servers.map(({ worker }) => worker)].map((worker) => worker.stop()))
  }
  return servers.map(({ reader, delays, rates }) => ({
    reader,
    delay: {
      p50: median(delays.map(({ p50 }) => p50)),
      p99: median(delays.map(({ p99 }) => p99)),
      max: Math.max(...delays.map(({ max }) => max)),
    },
    requestsPerSecond: median(rates),
  }))
}
