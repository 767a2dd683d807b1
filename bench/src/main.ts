import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { baselineVariable } from './baseline.js'
import { measureUnder } from './measure-all.js'
import { effortOf, type Options, readOptions } from './options.js'
import { machine } from './report/machine.js'
import { markdown } from './report/markdown.js'
import { picture } from './report/picture.js'
import type { Results, RuntimeResults } from './report/results.js'
import { summary } from './report/summary.js'
import { measureRuntimes } from './runtimes/measure.js'
import { nodeMajor, runtimes } from './workers/runtimes.js'

const reports = new URL('../reports/', import.meta.url)
const pictureName = 'results.svg'

async function measureAll(options: Options): Promise<Results> {
  const start = performance.now()
  const chosen = runtimes().filter(
    (runtime) => options.node === undefined || nodeMajor(runtime) === options.node,
  )
  const runs: RuntimeResults[] = []
  for (const runtime of chosen) runs.push(await measureUnder(runtime, options))
  const [client] = chosen
  const { primitives: verification, servers, tokens } = effortOf(options)
  const others =
    client !== undefined && options.parts.has('runtimes')
      ? await measureRuntimes({ client, verification, servers, tokens })
      : []
  const minutes = (performance.now() - start) / 60_000
  return { machine: machine(), quick: options.quick, minutes, runs, runtimes: others }
}

function write(results: Results): void {
  mkdirSync(reports, { recursive: true })
  const [first] = results.runs
  writeFileSync(new URL('results.json', reports), JSON.stringify(results))
  writeFileSync(new URL(pictureName, reports), first === undefined ? '' : picture(first))
  writeFileSync(new URL('RESULTS.md', reports), markdown(results, pictureName))
  writeFileSync(new URL('summary.md', reports), `${summary(results.runs)}\n`)
}

const options = readOptions(process.argv.slice(2))
if (options.baseline !== undefined) process.env[baselineVariable] = options.baseline
write(await measureAll(options))
console.log(`Written to ${fileURLToPath(new URL('RESULTS.md', reports))}`)
