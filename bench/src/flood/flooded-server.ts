import { createPrivateKey } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { joseVersions } from '../contenders/jose.js'
import { sealbearerReader } from '../contenders/sealbearer.js'
import { listen } from '../http/listen.js'
import { type EncryptionKey, encryptionKey } from '../material/encryption-key.js'
import { fromPortable, type PortableKey, type SignatureKey } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'

/** What decrypts the flood. */
export const floodReaders = ['nobody', 'sealbearer', 'jose 6', 'jose 5'] as const

export type FloodReader = (typeof floodReaders)[number]

export interface FloodedInput {
  readonly reader: FloodReader
  readonly signature: PortableKey
  /** PEM of the recipient's private key. */
  readonly encryption: string
}

/** Milliseconds that the event loop was late. */
export interface Delay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Milliseconds between looks at the event loop. */
const resolution = 1

let histogram: IntervalHistogram | undefined

const readers: Readonly<
  Record<
    FloodReader,
    (signature: SignatureKey, encryption: EncryptionKey) => Promise<Contender<string> | undefined>
  >
> = {
  nobody: async () => undefined,
  sealbearer: (signature, encryption) => sealbearerReader(signature, encryption, false),
  'jose 6': async (signature, encryption) => joseVersions[0]?.nestedReader(signature, encryption),
  'jose 5': async (signature, encryption) => joseVersions[1]?.nestedReader(signature, encryption),
}

const tokenOf = ({ headers }: IncomingMessage): string => headers.authorization?.slice('Bearer '.length) ?? ''

/** Starts a server of node:http that decrypts the token of every request. */
export async function serveFlooded(input: FloodedInput): Promise<{ readonly port: number }> {
  const opening = createPrivateKey(input.encryption)
  const encryption = { ...encryptionKey('RSA-OAEP-256'), opening }
  const contender = await readers[input.reader](fromPortable(input.signature), encryption)
  const server = createServer(async (req, res) => {
    try {
      await contender?.bind([tokenOf(req)])(0)
    } catch {
      res.statusCode = 401
    }
    res.setHeader('content-length', 2).end('ok')
  })
  histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  return { port: await listen(server) }
}

/** How late the event loop was since this was asked last. */
export async function delaySinceAsked(): Promise<Delay> {
  if (histogram === undefined) throw new Error('no server is flooded here')
  // What it records has the time between looks in it.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution)
  const delay = {
    p50: late(histogram.percentile(50)),
    p99: late(histogram.percentile(99)),
    max: late(histogram.max),
  }
  histogram.reset()
  return delay
}
