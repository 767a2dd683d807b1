import { resolve } from 'node:path'

const folders = process.env['MUTATION_TESTS']?.split(',') ?? ['src/**']

/** The tests of core beside its source, on node:crypto. The working folder is Stryker's copy of core. */
export default {
  resolve: { alias: { '#crypto': resolve('src/crypto/node.ts') } },
  test: {
    include: folders.map((folder) => `${folder}/*.test.ts`),
    exclude: ['**/node_modules/**', '**/*.deep.test.ts'],
    isolate: false,
    // A busy machine fails a test of time limits now and then, and that kills no mutant.
    retry: 1,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: [],
  },
}
