import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { measureUnder } from './measure-all.js'
import { type Options, parts, readOptions } from './options.js'
import { machine } from './report/machine.js'
import { markdown } from './report/markdown.js'
import { picture } from './report/picture.js'
import type { Results, RuntimeResults } from './report/results.js'
import { nodeMajor, runtimes } from './workers/runtimes.js'

const packageRoot = new URL('../', import.meta.url)
const pictureName = 'results.svg'

/** Only a whole run replaces the figures that others rely on. */
function folderFor(options: Options): URL {
  const isWhole = !options.quick && options.parts.size === parts.length && options.node === undefined
  return isWhole ? packageRoot : new URL('reports/', packageRoot)
}

async function measureAll(options: Options): Promise<Results> {
  const start = performance.now()
  const chosen = runtimes().filter(
    (runtime) => options.node === undefined || nodeMajor(runtime) === options.node,
  )
  const runs: RuntimeResults[] = []
  for (const runtime of chosen) runs.push(await measureUnder(runtime, options))
  return { machine: machine(), quick: options.quick, minutes: (performance.now() - start) / 60_000, runs }
}

function write(results: Results, folder: URL): void {
  const reports = new URL('reports/', packageRoot)
  mkdirSync(reports, { recursive: true })
  const [first] = results.runs
  writeFileSync(new URL('results.json', reports), JSON.stringify(results))
  writeFileSync(new URL(pictureName, folder), first === undefined ? '' : picture(first))
  writeFileSync(new URL('RESULTS.md', folder), markdown(results, pictureName))
}

const options = readOptions(process.argv.slice(2))
const folder = folderFor(options)
write(await measureAll(options), folder)
console.log(`Written to ${fileURLToPath(new URL('RESULTS.md', folder))}`)
