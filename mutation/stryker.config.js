import { fileURLToPath } from 'node:url'
import { folders } from './folders.js'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))
const folder = process.env['MUTATED_FOLDER'] ?? ''
const patterns = folders[folder]
if (patterns === undefined) throw new Error('MUTATED_FOLDER: must name a folder; `pnpm mutation` does')

/** Runs in packages/core, on a copy of it. @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [...patterns, '!src/**/*.test.ts'],
  plugins: [path('runner.js')],
  testRunner: 'loaded',
  coverageAnalysis: 'perTest',
  // The compiler of TypeScript 7 has no interface that Stryker could use to rewrite a configuration.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  buildCommand: `node ${path('compile.js')}`,
  ignorePatterns: ['dist', 'reports', 'README.md', 'MUTATION.md', 'tsconfig*.json'],
  incremental: true,
  incrementalFile: path(`reports/${folder}.incremental.json`),
  jsonReporter: { fileName: path(`reports/${folder}.json`) },
  reporters: ['progress-append-only', 'json'],
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  concurrency: 1,
  dryRunTimeoutMinutes: 60,
  // Nearly every endless loop is found by its calls. A busy machine must not count as one.
  timeoutMS: 120_000,
  timeoutFactor: 1,
}
