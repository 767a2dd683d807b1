import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine } from '../report/machine.js'
import { askOnce } from '../workers/worker.js'
import { type Bounds, boundsReport, type EngineBounds } from './report.js'

const reports = new URL('../../reports/', import.meta.url)

interface Effort {
  readonly refusals: { readonly rounds: number; readonly slice: number; readonly volume: number }
  /** Inputs of a flood, by implementation: WebCrypto needs ten times as long for each. */
  readonly floods: Readonly<Record<Engine, number>>
}

const thorough: Effort = {
  refusals: { rounds: 7, slice: 5, volume: 2_000_000 },
  floods: { 'node:crypto': 1_000_000, WebCrypto: 50_000 },
}
const quick: Effort = {
  refusals: { rounds: 1, slice: 1, volume: 100_000 },
  floods: { 'node:crypto': 2_000, WebCrypto: 2_000 },
}

type Engine = 'node:crypto' | 'WebCrypto'

/** What makes core's own condition choose. */
const flags: Readonly<Record<Engine, readonly string[]>> = {
  'node:crypto': [],
  WebCrypto: ['--conditions=workerd'],
}

const { node, openssl } = process.versions
const runtime = { version: node, openssl, path: process.execPath }

async function measureOn(engine: Engine, effort: Effort): Promise<EngineBounds> {
  const worker = { runtime, execArgv: ['--expose-gc', ...flags[engine]] }
  console.error(`${engine}: floods`)
  const floods = await askOnce(worker, 'floods', { engine, count: effort.floods[engine] })
  console.error(`${engine}: holds`)
  const holds = await askOnce(worker, 'holds', { engine })
  console.error(`${engine}: refusals`)
  const groups = await askOnce(worker, 'refusals', { engine, ...effort.refusals })
  return { engine, floods, holds, groups }
}

const isQuick = process.argv.includes('--quick')
const start = performance.now()
const engines: EngineBounds[] = []
for (const engine of ['node:crypto', 'WebCrypto'] as const) {
  engines.push(await measureOn(engine, isQuick ? quick : thorough))
}
const bounds: Bounds = {
  machine: machine(),
  node,
  quick: isQuick,
  minutes: (performance.now() - start) / 60_000,
  engines,
}
mkdirSync(reports, { recursive: true })
writeFileSync(new URL('bounds.json', reports), JSON.stringify(bounds))
const file = new URL('BOUNDS.md', reports)
writeFileSync(file, boundsReport(bounds))
console.log(`Written to ${fileURLToPath(file)}`)
