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
/** The others of core whose code calls cryptography, and waits for it where the implementation does. */
const callers = [
  'packages/core/src/{http,jwt,keys,key-ring}/*.test.ts',
  'tests/hardening/src/attacks/*.test.ts',
]
const sameOnBoth = [
  // What they test ends before cryptography begins.
  'packages/core/src/key-ring/{file-store,atomic-replace}.test.ts',
  // They count how often revocations are asked: again after a wait, and only `web` waits for a signature.
  'packages/core/src/{http/identify,jwt/revocations}.test.ts',
]

interface Project {
  readonly include: string[]
  readonly exclude: string[]
  readonly engine?: 'node' | 'web'
  /** A process for each file: some deep tests replace modules. Without, imports are a third of the time. */
  readonly isolate?: boolean
  readonly execArgv?: string[]
  /** Milliseconds for a test. Set for each project, since these do not see the mode of the configuration they extend. */
  readonly timeout?: number
}

/** Deep tests start servers, compilers and browsers. Where a time matters, a test measures it. */
const deepTimeout = 240_000

function project(
  name: string,
  { include, exclude, engine = 'node', isolate = false, execArgv = [], timeout = 20_000 }: Project,
): TestProjectInlineConfiguration {
  return {
    extends: true,
    root: path('.'),
    resolve: {
      alias: {
        '#adapter-tests': path('tests/conformance/src/adapter-tests/index.ts'),
        '#core': path('packages/core/src'),
        '#core-test-kit': path('packages/core/test-kit'),
        '#crypto': path(`packages/core/src/crypto/${engine}.ts`),
      },
    },
    test: {
      name,
      include,
      exclude: [...configDefaults.exclude, ...exclude],
      isolate,
      execArgv,
      testTimeout: timeout,
      // Some make RSA keys, which takes as long as chance will have it.
      hookTimeout: Math.max(timeout, 60_000),
    },
  }
}

const suites = {
  test: [
    project('core', { include: [`${core}*.test.ts`], exclude: [deep] }),
    project('web', { include: cryptography, exclude: comparisons, engine: 'web' }),
    project('built', {
      include: [`${all}*.test.ts`],
      exclude: [`${core}*`, deep],
      // PGlite runs for a few seconds: optimizing its code would take longer than it saves.
      execArgv: ['--no-wasm-tier-up'],
    }),
  ],
  deep: [
    project('core', { include: [`${core}*.deep.test.ts`], exclude: [], isolate: true, timeout: deepTimeout }),
    project('web', {
      include: callers,
      exclude: [...cryptography, ...comparisons, ...sameOnBoth, deep],
      engine: 'web',
      timeout: deepTimeout,
    }),
    project('built', {
      include: [`${all}*.deep.test.ts`],
      exclude: [`${core}*`],
      isolate: true,
      timeout: deepTimeout,
    }),
  ],
}

/** `vitest run`, or `vitest run --mode deep`. `.ci/run` adds up both reports. */
export default defineConfig(({ mode }) => {
  const suite = mode === 'deep' ? 'deep' : 'test'
  return {
    test: {
      projects: suites[suite],
      maxWorkers: '100%',
      // A second, the default, is too short on a busy machine.
      expect: { poll: { timeout: 15_000 } },
      reporters: ['default', ['json', { outputFile: path(`reports/${suite}.json`) }]],
    },
  }
})
