// What `npm test` does once everything is built: typechecks, lints and tests, each whatever the others find.
// With `--deep` it runs the tests that take long instead.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { leftOut, readReport } from './test-report.js'

const root = fileURLToPath(new URL('../', import.meta.url))
const deep = process.argv.includes('--deep')

/** Of every package, and of the scripts and configurations. */
const typed = ['packages', 'apps', 'tests']
  .flatMap((group) => readdirSync(`${root}${group}`).map((name) => `${group}/${name}`))
  .concat('bench', 'examples', '.')
  .filter((folder) => existsSync(`${root}${folder}/tsconfig.json`))
  // What ships of these must hold without the libraries that their tests need.
  .concat(['sessions', 'postgres'].map((name) => `packages/${name}/tsconfig.build.json`))

const checks = [
  // Several checkers of one project would each check the types that they share.
  ['typescript/bin/tsc', '--build', '--force', '--builders', '2', '--checkers', '1', ...typed],
  ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
]
const tests = ['vitest/vitest.mjs', 'run', ...(deep ? ['--mode', 'deep'] : [])]

const failed = [...(deep ? [] : checks), tests].filter(([program, ...args]) => {
  const path = `${root}node_modules/${program}`
  return spawnSync(process.execPath, [path, ...args], { cwd: root, stdio: 'inherit' }).status !== 0
})

for (const [reason, count] of leftOut(readReport(deep ? 'deep' : 'test'))) {
  console.log(`${count} tests were left out: ${reason}`)
}
if (!deep) {
  console.log(
    'left out: tests with Redis, servers of PostgreSQL, browsers and processes, which `npm run test:deep` runs',
  )
}
if (failed.length > 0) {
  console.error(
    `failed: ${failed.map(([program = '', ...args]) => [program.split('/')[0], args[0]].join(' ')).join(', ')}`,
  )
  process.exitCode = 1
}
