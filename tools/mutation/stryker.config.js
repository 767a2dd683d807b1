import { fileURLToPath } from 'node:url'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))

/** Runs in packages/core, on a copy of it. @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  plugins: [path('node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
  testRunner: 'vitest',
  vitest: { configFile: path('vitest.config.js') },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  // TypeScript 7 has no API with which Stryker could rewrite a configuration.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  // Without tsconfig, whose base is outside of the copy.
  ignorePatterns: ['reports', 'tsconfig*.json'],
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: path('reports/mutation.json') },
  htmlReporter: { fileName: path('reports/mutation.html') },
  // Enough for a busy machine: a slow test must not count as an endless loop.
  timeoutMS: 20_000,
  thresholds: { high: 95, low: 90, break: 85 },
}
