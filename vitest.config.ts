import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'

const adapterTests = new URL('tests/conformance/src/adapter-tests/index.ts', import.meta.url)

/** Every package runs on this one; `reports/` is what `.ci/run` adds up. */
export default defineConfig({
  resolve: { alias: { '#adapter-tests': fileURLToPath(adapterTests) } },
  test: {
    include: ['src/**/*.test.ts'],
    // They take long; see vitest.deep.config.ts.
    exclude: [...configDefaults.exclude, '**/*.deep.test.ts'],
    testTimeout: 20_000,
    // Some make RSA keys, which takes as long as chance will have it.
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
})
