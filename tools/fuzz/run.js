// Installs the fuzzer beside the workspace, bundles core's targets and runs each of them for a while.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installTool } from '../../scripts/pnpm.js'
import { readOptions } from './options.js'

const here = new URL('./', import.meta.url)
const reports = new URL('reports/', here)
const require = createRequire(import.meta.url)

/** The fuzzer's binary is built for some systems only; on Linux for glibc 2.38 and later. */
function whyNot() {
  const { status, stderr } = spawnSync(process.execPath, ['-e', "require('@jazzer.js/core')"], {
    cwd: fileURLToPath(here),
    encoding: 'utf8',
  })
  return status === 0 ? undefined : (/^Error: (.*)$/m.exec(stderr)?.[1] ?? stderr)
}

/** @param {{ seconds: number, targets: readonly string[] }} options */
function runSeededLoop({ seconds, targets }) {
  const effort = String(seconds)
  const vitest = join(
    dirname(createRequire(new URL('../../package.json', here)).resolve('vitest/package.json')),
    'vitest.mjs',
  )
  const name = `target (${targets.join('|')}) hold`
  const args = [
    vitest,
    'run',
    '--mode',
    'deep',
    'tests/hardening/src/properties/fuzz.deep.test.ts',
    '-t',
    name,
  ]
  const { status } = spawnSync(process.execPath, args, {
    cwd: fileURLToPath(new URL('../../', here)),
    env: { ...process.env, SEALBEARER_EFFORT: effort },
    stdio: 'inherit',
  })
  process.exit(status ?? 1)
}

const options = readOptions(process.argv.slice(2))
installTool(here)
const reason = whyNot()
if (reason !== undefined) {
  console.error(`The fuzzer does not run here (${reason}): running core's seeded loop instead.`)
  runSeededLoop(options)
}

const [{ bundle }, { corpusOf, keep }, { table }] = await Promise.all([
  import('./bundle.js'),
  import('./corpus.js'),
  import('./table.js'),
])
const jazzer = require.resolve('@jazzer.js/core/dist/cli.js')

/**
 * @param {string} module
 * @param {string[]} args
 */
function fuzz(module, ...args) {
  return spawnSync(process.execPath, [jazzer, module, ...args], {
    cwd: fileURLToPath(reports),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'inherit', 'pipe'],
  })
}

/** @type {import('./table.js').Row[]} */
const rows = []
for (const target of options.targets) {
  const folder = new URL(`${target}/`, reports)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(new URL('corpus/', folder), { recursive: true })
  const module = await bundle(target, options.engine, folder)
  corpusOf(target).forEach((input, i) => {
    writeFileSync(new URL(`corpus/known-${i}`, folder), input)
  })
  console.error(`${target}: ${options.seconds} s`)
  const corpus = fileURLToPath(new URL('corpus/', folder))
  const { status, stderr } = fuzz(
    module,
    corpus,
    // Wall-clock time: long enough that a busy machine does not fail.
    '--timeout=10000',
    '--',
    `-max_total_time=${options.seconds}`,
    '-max_len=4096',
    `-artifact_prefix=${fileURLToPath(folder)}`,
  )
  writeFileSync(new URL('log.txt', folder), stderr)
  const done = /DONE +cov: (\d+) ft: (\d+) corp: (\d+)/.exec(stderr)
  const executions = /Done (\d+) runs/.exec(stderr)?.[1]
  if (status !== 0 || done === null || executions === undefined) {
    console.error(stderr.split('\n').slice(-40).join('\n'))
    console.error(`${target}: failed; what it was given is in ${fileURLToPath(folder)}`)
    process.exitCode = 1
    continue
  }
  const [, edges = '', features = '', inputs = ''] = done
  let kept = 0
  if (options.keep) {
    const merged = new URL('merged/', folder)
    mkdirSync(merged)
    const { stderr: log } = fuzz(module, fileURLToPath(merged), corpus, '--', '-merge=1', '-max_len=4096')
    writeFileSync(new URL('merge.txt', folder), log)
    kept = keep(target, merged)
  }
  rows.push({ target, executions, edges, features, inputs, kept })
}
console.log(table(rows))
