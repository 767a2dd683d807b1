// Mutates the folders of core that decide, one after the other, and says which mutants the tests leave alive.
// `pnpm mutation` takes all, `pnpm mutation jwt http` only these; what has not changed since the last run is not
// run again, unless `--force` is given; `--quick` takes the word of survivors.json for who survives.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { folders } from './folders.js'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))
const { packageManager } = JSON.parse(readFileSync(path('../package.json'), 'utf8'))

/** @param {string} command @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} options */
function run(command, args, options) {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32', // npx is a .cmd file there
    ...options,
  })
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * Forgets who survived the last run. Stryker asks them again only about new tests that reach them, and none is known
 * to reach what runs while a module loads.
 *
 * @param {string} report
 */
function askSurvivorsAgain(report) {
  if (!existsSync(report)) return
  /** @type {{ files: Record<string, { mutants: { status: string }[] }> }} */
  const last = JSON.parse(readFileSync(report, 'utf8'))
  for (const file of Object.values(last.files)) {
    file.mutants = file.mutants.filter(({ status }) => status !== 'Survived' && status !== 'NoCoverage')
  }
  writeFileSync(report, JSON.stringify(last))
}

const args = process.argv.slice(2)
const force = args.filter((arg) => arg === '--force')
const quick = args.includes('--quick') ? { KNOWN_SURVIVE: 'yes' } : {}
const named = args.filter((arg) => arg !== '--force' && arg !== '--quick')
const unknown = named.find((name) => !Object.hasOwn(folders, name))
if (unknown !== undefined) {
  console.error(`${unknown}: no such folder; there are ${Object.keys(folders).join(', ')}`)
  process.exit(1)
}

run('npx', ['--yes', packageManager, 'install', '--loglevel=warn'], { cwd: path('..') })
run(
  'npx',
  ['--yes', packageManager, 'install', '--ignore-workspace', '--frozen-lockfile', '--loglevel=warn'],
  {
    cwd: path('.'),
  },
)
for (const folder of named.length > 0 ? named : Object.keys(folders)) {
  console.log(`\n${folder}`)
  askSurvivorsAgain(path(`reports/${folder}.incremental.json`))
  const stryker = path('node_modules/@stryker-mutator/core/bin/stryker.js')
  run(process.execPath, [stryker, 'run', path('stryker.config.js'), ...force], {
    cwd: path('../packages/core'),
    env: { ...process.env, ...quick, MUTATED_FOLDER: folder },
  })
}
run(process.execPath, [path('report.js')], {})
