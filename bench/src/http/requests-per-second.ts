import { claimsOf, subjectOf } from '../material/claims.js'
import { signedToken } from '../material/sign.js'
import { portable, signatureKey } from '../material/signature-key.js'
import type { Evidence } from '../measure/prove.js'
import { type Pace, shuffled } from '../measure/rounds.js'
import type { Runtime } from '../workers/runtimes.js'
import { Worker } from '../workers/worker.js'
import {
  type App,
  checksTokens,
  type Framework,
  frameworks,
  type ServerAlgorithm,
  type ServerKey,
  serverAlgorithms,
} from './app.js'
import { appsOf } from './apps.js'
import { proveServer, serverEvidence } from './evidence.js'
import type { Load } from './load.js'

/** What requests bring: one token again and again, or many in turn. */
const patterns = { 'one token': 1, '2,000 tokens': 2000 } as const

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

interface HttpOptions {
  readonly runtime: Runtime
  readonly pace: Pace
  /** Give each guard a process to itself; else those of a framework share one. */
  readonly apart: boolean
}

const connections = 32
/**
 * How often all garbage is collected between warm-up and measurement. V8 drops hidden classes of which no object is
 * left, and compiled code with them: what is compiled next is what a server runs on for as long as it lives.
 */
const collections = 3
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
      if (checksTokens(app)) await proveServer(`${app.name} on ${framework}`, port, evidence)
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
    const worker = new Worker({ runtime, core: serverCore })
    workers.push(worker)
    const names = group.map(({ name }) => name)
    const ports = await worker.ask('serve', { framework, alg, key: portable(key), names })
    for (const app of group) stations.push({ app, worker, port: ports[app.name] ?? 0 })
  }
  return stations
}

/** Brings a server to where it stays: its code compiled, after some collections of all its garbage. */
async function warmUp(
  { worker }: Station,
  ask: (milliseconds: number) => Promise<Load>,
  milliseconds: number,
) {
  await ask(milliseconds)
  for (let done = 0; done < collections; done++) {
    await worker.ask('collect', undefined)
    await ask(milliseconds / 2)
  }
}

/** The guards of a framework take turns. */
async function measureStations(
  stations: readonly Station[],
  { client, pace }: FrameworkOptions,
  tokens: readonly string[],
): Promise<readonly MeasuredApp[]> {
  const measured = stations.map((station) => ({
    station,
    ask: (milliseconds: number) =>
      client.ask('load', { port: station.port, tokens, milliseconds, connections }),
    rates: [] as number[],
    cpu: [] as number[],
    clientCpu: 0,
  }))
  for (const { station, ask } of measured) await warmUp(station, ask, pace.warmUp)
  for (let round = 0; round < pace.rounds; round++) {
    for (const one of shuffled(measured)) {
      const { worker } = one.station
      const before = await worker.ask('cpu', undefined)
      const { requests, seconds, clientCpu } = await one.ask(pace.slice)
      const after = await worker.ask('cpu', undefined)
      one.rates.push(requests / seconds)
      one.cpu.push((after.user + after.system - before.user - before.system) / requests)
      one.clientCpu = Math.max(one.clientCpu, clientCpu)
    }
  }
  return measured.map(({ station: { app }, rates, cpu, clientCpu }) => ({
    name: app.name,
    role: app.role,
    rates,
    cpu,
    clientCpu,
  }))
}
