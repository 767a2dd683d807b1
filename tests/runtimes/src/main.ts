import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeApp } from './app.js'
import { gaps } from './gaps.js'
import { installBinaries } from './install.js'
import { outcomesOn } from './outcome.js'
import { failuresText, type RuntimeReport, tableText, writeReport } from './report.js'
import { runIn, versionOf } from './run-runtime.js'
import { binaryOf, type Runtime, runtimes } from './runtimes.js'
import { suiteNames } from './suites.js'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !runtimes.some((runtime) => runtime.name === name))
if (unknown.length > 0) {
  throw new RangeError(`no such runtime; there are ${runtimes.map(({ name }) => name).join(', ')}`)
}
const chosen = runtimes.filter(({ name }) => wanted.length === 0 || wanted.includes(name))

installBinaries()
// Deno resolves links before it asks what it may read.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealbearer-runtimes-')))
try {
  const app = await makeApp(folder)
  const reportOf = async (runtime: Runtime): Promise<RuntimeReport> => {
    const { name, engine } = runtime
    const binary = binaryOf(runtime)
    const started = performance.now()
    try {
      if (binary === undefined)
        throw new Error(`npm has no ${name} for ${process.platform} on ${process.arch}`)
      const version = await versionOf(binary)
      const result = await runIn(runtime, binary, app)
      const seconds = (performance.now() - started) / 1000
      return { name, version, engine: result.engine, seconds, suites: outcomesOn(runtime, result, gaps) }
    } catch (error) {
      const suites = suiteNames.map((suite, i) => ({
        suite,
        passed: [],
        gaps: [],
        failed: [{ name, error: i === 0 ? String(error) : 'nothing ran' }],
      }))
      return { name, version: 'none', engine, seconds: 0, suites }
    }
  }
  const reports: RuntimeReport[] = []
  const waiting = [...chosen]
  const workers = Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      reports.push(await reportOf(next))
    }
  })
  await Promise.all(workers)
  reports.sort((one, other) => order(one) - order(other))
  process.stdout.write(tableText(reports, gaps))
  process.stderr.write(failuresText(reports))
  writeReport(reports)
  const failures = reports.flatMap(({ suites }) => suites.flatMap(({ failed }) => failed))
  process.exitCode = failures.length > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function order({ name }: RuntimeReport): number {
  return runtimes.findIndex((runtime) => runtime.name === name)
}
