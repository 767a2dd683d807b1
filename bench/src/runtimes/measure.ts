import { binaryOf, installBinaries, runtimes, versionOf } from '@sealbearer/runtimes/binaries'
import { serverEvidence } from '../http/evidence.js'
import type { Load } from '../http/load.js'
import { claimsOf, subjectOf } from '../material/claims.js'
import { signedToken } from '../material/sign.js'
import { signatureKey, verifyingJwk } from '../material/signature-key.js'
import { type MeasuredCase, type Pace, shuffled } from '../measure/rounds.js'
import type { Runtime } from '../workers/runtimes.js'
import { Worker } from '../workers/worker.js'
import type { ProgramInput } from './program.js'
import { type OtherRuntime, type RunningProgram, startProgram } from './start.js'

/** A guard under load: requests per second, a value for each round. */
export interface MeasuredGuard {
  readonly name: string
  readonly rates: readonly number[]
}

/** What was measured on a runtime other than Node. */
export interface MeasuredRuntime {
  readonly name: string
  readonly version: string
  /** Tokens that nobody has seen before. */
  readonly verification: readonly MeasuredCase[]
  /** Hono, with one token again and again. */
  readonly servers: readonly { readonly alg: string; readonly guards: readonly MeasuredGuard[] }[]
}

export interface RuntimesOptions {
  /** The Node that asks, on a core of its own where requests are counted. */
  readonly client: Runtime
  readonly verification: Pace
  readonly servers: Pace
  readonly tokens: number
}

const verificationAlgorithms = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const
const serverAlgorithms = ['HS256', 'RS256'] as const
const guards = ['bare', 'empty guard', 'sealbearer', 'sealbearer, cache: false', 'jose', 'hono/jwt']
const connections = 32
const serverCore = 0
const clientCore = 1

/** Measures on every runtime that npm has for this machine. */
export async function measureRuntimes(options: RuntimesOptions): Promise<readonly MeasuredRuntime[]> {
  installBinaries()
  const measured: MeasuredRuntime[] = []
  for (const runtime of runtimes.filter(({ name }) => !name.startsWith('node'))) {
    const { name } = runtime
    const binary = binaryOf(runtime)
    if (binary === undefined) {
      console.error(`npm has no ${name} for ${process.platform} on ${process.arch}`)
      continue
    }
    const started = { name, binary }
    console.error(name)
    measured.push({
      name,
      version: await versionOf(binary),
      verification: await measureVerification(started, options),
      servers: await measureServers(started, options),
    })
  }
  return measured
}

async function ask({ port }: RunningProgram, path: string, body: ProgramInput | Pace): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response
}

async function setUp(
  program: RunningProgram,
  alg: ProgramInput['alg'],
  count: number,
): Promise<ProgramInput> {
  const key = signatureKey(alg)
  const tokens = Array.from({ length: count }, (_, index) => signedToken(claimsOf(subjectOf(index)), key))
  const input = { alg, jwk: verifyingJwk(key), tokens, evidence: await serverEvidence(key) }
  await ask(program, '/setup', input)
  return input
}

async function measureVerification(
  runtime: OtherRuntime,
  { verification, tokens }: RuntimesOptions,
): Promise<MeasuredRuntime['verification']> {
  const program = await startProgram(runtime)
  try {
    const measured: MeasuredCase[] = []
    for (const alg of verificationAlgorithms) {
      await setUp(program, alg, tokens)
      const response = await ask(program, '/verify', verification)
      // Our own program wrote it.
      measured.push((await response.json()) as MeasuredCase)
    }
    return measured
  } finally {
    await program.stop()
  }
}

async function measureServers(
  runtime: OtherRuntime,
  { servers: pace, client: node }: RuntimesOptions,
): Promise<MeasuredRuntime['servers']> {
  const program = await startProgram(runtime, serverCore)
  const client = new Worker({ runtime: node, core: clientCore })
  try {
    const measured = []
    for (const alg of serverAlgorithms) {
      const { tokens } = await setUp(program, alg, 1)
      const loadOf = (name: string, milliseconds: number): Promise<Load> => {
        const path = `/${name.replace(/[^a-z]+/g, '-')}`
        return client.ask('load', { port: program.port, path, tokens, milliseconds, connections })
      }
      const loads = guards.map((name) => ({ name, rates: [] as number[] }))
      for (const { name } of loads) await loadOf(name, pace.warmUp * 3)
      for (let round = 0; round < pace.rounds; round++) {
        for (const { name, rates } of shuffled(loads)) {
          const { requests, seconds } = await loadOf(name, pace.slice)
          rates.push(requests / seconds)
        }
      }
      measured.push({ alg, guards: loads })
    }
    return measured
  } finally {
    await client.stop()
    await program.stop()
  }
}
