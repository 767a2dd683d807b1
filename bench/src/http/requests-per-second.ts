import { claimsOf, subjectOf } from '../material/claims.js'
import { signedToken } from '../material/sign.js'
import { portable, signatureKey } from '../material/signature-key.js'
import type { Evidence } from '../measure/prove.js'
import type { Pace } from '../measure/rounds.js'
import type { Runtime } from '../workers/runtimes.js'
import { Worker } from '../workers/worker.js'
import {
  type App,
  type Framework,
  frameworks,
  type ServerAlgorithm,
  type ServerKey,
  serverAlgorithms,
} from './app.js'
import { appsOf } from './apps.js'
import { proveServer, serverEvidence } from './evidence.js'

/** What requests bring: one token again and again, or many in turn. */
export const patterns = { 'one token': 1, '2,000 tokens': 2000 } as const

export type Pattern = keyof typeof patterns

/** A guard under load. */
export interface MeasuredApp {
  readonly name: string
  readonly role: App['role']
  /** Requests per second, a value for each round. */
  readonly rates: readonly number[]
  /** Microseconds of the server's CPU for a request, a value for each round. */
  readonly cpu: readonly number[]
  /** Share of its core that the client needed at most. */
  readonly clientCpu: number
}

export interface MeasuredServers {
  readonly framework: Framework
  readonly alg: ServerAlgorithm
  readonly pattern: Pattern
  readonly apps: readonly MeasuredApp[]
}

export interface HttpOptions {
  readonly runtime: Runtime
  readonly pace: Pace
  /** Give each guard a process to itself; else those of a framework share one. */
  readonly apart: boolean
}

const connections = 32
/**
 * Room for all that a server loads. Else V8 collects garbage while some of them start and forgets what the callbacks
 * of process.nextTick look like, which makes each one three to five times as dear for as long as the process lives:
 * a lottery that takes up to 15 % of a server's rate, whatever guards it.
 */
const execArgv = ['--initial-old-space-size=128']
const serverCore = 0
const clientCore = 1

interface Station {
  readonly app: App
  readonly worker: Worker
  readonly port: number
}

const tokensOf = (key: ServerKey, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => signedToken(claimsOf(subjectOf(index)), key))

/** Measures all guards of all frameworks on loopback, each beside its bare framework. */
export async function measureServers(options: HttpOptions): Promise<readonly MeasuredServers[]> {
  const client = new Worker({ runtime: options.runtime, core: clientCore })
  const measured: MeasuredServers[] = []
  try {
    for (const alg of serverAlgorithms) {
      const key = signatureKey(alg)
      const tokens = tokensOf(key, patterns['2,000 tokens'])
      const evidence = await serverEvidence(key)
      for (const framework of frameworks) {
        measured.push(
          ...(await measureFramework({ ...options, client, framework, alg, key, tokens, evidence })),
        )
        console.error(`  ${framework} ${alg}`)
      }
    }
    return measured
  } finally {
    await client.stop()
  }
}

interface FrameworkOptions extends HttpOptions {
  readonly client: Worker
  readonly framework: Framework
  readonly alg: ServerAlgorithm
  readonly key: ServerKey
  readonly tokens: readonly string[]
  readonly evidence: Evidence
}

async function measureFramework(options: FrameworkOptions): Promise<readonly MeasuredServers[]> {
  const { framework, alg, tokens, evidence } = options
  const workers: Worker[] = []
  try {
    const stations = await openStations(options, workers)
    for (const { app, port } of stations) {
      if (app.role !== 'bare') await proveServer(`${app.name} on ${framework}`, port, evidence)
    }
    const measured: MeasuredServers[] = []
    for (const [pattern, count] of Object.entries(patterns) as [Pattern, number][]) {
      const apps = await measureStations(stations, options, tokens.slice(0, count))
      measured.push({ framework, alg, pattern, apps })
    }
    return measured
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()))
  }
}

async function openStations(
  { runtime, apart, framework, alg, key }: FrameworkOptions,
  workers: Worker[],
): Promise<readonly Station[]> {
  const apps = await appsOf(framework, alg)
  const stations: Station[] = []
  for (const group of apart ? apps.map((app) => [app]) : [apps]) {
    const worker = new Worker({ runtime, core: serverCore, execArgv })
    workers.push(worker)
    const names = group.map(({ name }) => name)
    const ports = await worker.ask('serve', { framework, alg, key: portable(key), names })
    for (const app of group) stations.push({ app, worker, port: ports[app.name] ?? 0 })
  }
  return stations
}

/** The guards of a framework take turns. */
async function measureStations(
  stations: readonly Station[],
  { client, pace }: FrameworkOptions,
  tokens: readonly string[],
): Promise<readonly MeasuredApp[]> {
  const measured = stations.map(({ app: { name, role } }) => ({
    name,
    role,
    rates: [] as number[],
    cpu: [] as number[],
    clientCpu: 0,
  }))
  for (let round = -1; round < pace.rounds; round++) {
    for (const turn of stations.keys()) {
      const at = (turn + Math.max(round, 0)) % stations.length
      const [station, results] = [stations[at], measured[at]]
      if (station === undefined || results === undefined) continue
      const { worker, port } = station
      const before = await worker.ask('cpu', undefined)
      const input = { port, tokens, milliseconds: round < 0 ? pace.warmUp : pace.slice, connections }
      const { requests, seconds, clientCpu } = await client.ask('load', input)
      const after = await worker.ask('cpu', undefined)
      if (round < 0) continue
      results.rates.push(requests / seconds)
      results.cpu.push((after.user + after.system - before.user - before.system) / requests)
      results.clientCpu = Math.max(results.clientCpu, clientCpu)
    }
  }
  return measured
}
