import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** What takes long: simulations, floods, a process for each case, installs from the registry. */
const deep = '**/*.deep.test.ts'

/** These run on core's sources, the others on what was built. */
const core = '{packages/core,tests/hardening}/src/**/'
const all = '{packages,apps,tests,bench,examples}/**/src/**/'

/** Those of core's tests whose results can differ between the two implementations behind the seam `#crypto`. */
const cryptography = [
  'packages/core/src/{crypto,jws,jwe}/**/!(*.deep).test.ts',
  'packages/core/src/keys/{external-key,generate,import,jwk.thumbprint,secret.key-encoding}!(*.deep).test.ts',
  'tests/hardening/src/vectors/!(*.deep).test.ts',
]
/** They take both implementations themselves, and compare them. */
const comparisons = ['tests/hardening/src/properties/*.test.ts', 'packages/core/src/crypto/engines*.test.ts']

function project(
  name: string,
  { include, exclude, engine = 'node' }: { include: string[]; exclude: string[]; engine?: 'node' | 'web' },
): TestProjectInlineConfiguration {
  return {
    extends: true,
    root: path('.'),
    resolve: {
      alias: {
        '#adapter-tests': path('tests/conformance/src/adapter-tests/index.ts'),
        '#core': path('packages/core/src'),
        '#crypto': path(`packages/core/src/crypto/${engine}.ts`),
      },
    },
    test: { name, include, exclude: [...configDefaults.exclude, ...exclude] },
  }
}

const suites = {
  test: [
    project('core', { include: [`${core}*.test.ts`], exclude: [deep] }),
    project('web', { include: cryptography, exclude: comparisons, engine: 'web' }),
    project('built', { include: [`${all}*.test.ts`], exclude: [`${core}*`, deep] }),
  ],
  /** Together with the others these are all tests, those of core on both implementations. */
  deep: [
    project('core', { include: [`${core}*.deep.test.ts`], exclude: [] }),
    project('web', {
      include: [`${core}*.test.ts`],
      exclude: [...cryptography, ...comparisons],
      engine: 'web',
    }),
    project('built', { include: [`${all}*.deep.test.ts`], exclude: [`${core}*`] }),
  ],
}

/** `vitest run`, or `vitest run --mode deep`. `.ci/run` adds up both reports. */
export default defineConfig(({ mode }) => {
  const suite = mode === 'deep' ? 'deep' : 'test'
  return {
    test: {
      projects: suites[suite],
      // Imports are half of the time of `npm test`. Some deep tests replace modules.
      isolate: suite === 'deep',
      maxWorkers: '100%',
      testTimeout: 20_000,
      // Some make RSA keys, which takes as long as chance will have it.
      hookTimeout: 60_000,
      reporters: ['default', ['json', { outputFile: path(`reports/${suite}.json`) }]],
    },
  }
})
