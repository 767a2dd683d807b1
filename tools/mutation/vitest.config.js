import { resolve } from 'node:path'

/** The tests of core beside its source, on node:crypto. The working folder is Stryker's copy of core. */
export default {
  resolve: { alias: { '#crypto': resolve('src/crypto/node.ts') } },
  test: {
    include: ['src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.deep.test.ts'],
    isolate: false,
    // A busy machine fails a test of time limits now and then, and that kills no mutant.
    retry: 1,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: [],
  },
}
