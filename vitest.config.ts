import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'

const adapterTests = new URL('tests/conformance/src/adapter-tests/index.ts', import.meta.url)

/** What takes long. */
const deep = '**/*.deep.test.ts'

/** Every package runs on this one, or with `--mode deep`; `reports/` is what `.ci/run` adds up. */
export default defineConfig(({ mode }) => ({
  resolve: { alias: { '#adapter-tests': fileURLToPath(adapterTests) } },
  test: {
    include: mode === 'deep' ? ['src/**/*.deep.test.ts'] : ['src/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(mode === 'deep' ? [] : [deep])],
    testTimeout: 20_000,
    // Some make RSA keys, which takes as long as chance will have it.
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
}))
