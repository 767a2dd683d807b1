import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { own, packages, tests } from './places.js'
import { suiteNames, suites } from './suites.js'

const core = join(packages, 'core')
const program = join(own, 'src', 'program')

/** What is in the app as it is in the app of a user. */
const installed =
  /^(?:node:|(?:#crypto|hono|jose|lru-cache|@hono\/node-server|@sealbearer\/(?:core|hono))(?:$|\/))/

/** The tests' names for core's sources, in place of which the bundle has what is built, and for its test kit. */
const ownNames = /^#core(?:-(test-kit))?\//
/** The modules of the tests that read files of a folder, in place of which the bundle has the files in it. */
const fixtureModules = new Map([
  [join(core, 'test-kit', 'fixture-file.ts'), join(core, 'fixtures')],
  [join(tests, 'hardening', 'src', 'testing', 'fixture-file.ts'), join(tests, 'hardening', 'vectors')],
])

function fixtures(folder: string): string {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const files = paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')])
  return `const files = new Map(${JSON.stringify(files)})\nexport const fixture = (path) => files.get(path)`
}

function entry(): string {
  const module = (path: string): string => JSON.stringify(path)
  const filesOf = (paths: readonly string[]): string =>
    paths.map((path) => `${module(path)}: () => import(${module(join(tests, path))})`).join(', ')
  const runs = suiteNames.map((name) => `${name}: await runTests({ ${filesOf(suites[name])} })`)
  return [
    "import { engine } from '#crypto'",
    `import { engine as web } from ${module(join(core, 'src/crypto/web.ts'))}`,
    `import { runTests } from ${module(join(program, 'run-tests.ts'))}`,
    // Elsewhere they could not be loaded.
    `const bun = 'Bun' in globalThis && (await import(${module(join(core, 'src/crypto/bun.ts'))})).engine`,
    `const deno = 'Deno' in globalThis && (await import(${module(join(core, 'src/crypto/deno.ts'))})).engine`,
    `const names = new Map([[web, 'web'], [bun, 'bun'], [deno, 'deno']])`,
    `const engineName = names.get(engine) ?? 'node'`,
    `export const run = async () => ({ engine: engineName, suites: { ${runs.join(', ')} } })`,
  ].join('\n')
}

const entryId = 'tests'

const resolution: Plugin = {
  name: 'tests-on-what-is-built',
  async resolveId(id, importer) {
    if (id === entryId) return id
    if (id === 'vitest') return join(program, 'vitest.ts')
    if (installed.test(id)) return { id, external: true }
    const given = id.replace(ownNames, (_, folder = 'src') => `${join(core, folder)}/`)
    const resolved = await this.resolve(given, importer, { skipSelf: true })
    const path = resolved === null ? '..' : relative(join(core, 'src'), resolved.id)
    if (path.startsWith('..')) return resolved
    return { id: `./dist/${path.replace(/\.ts$/, '.js')}`, external: true }
  },
  load(id) {
    if (id === entryId) return entry()
    const folder = fixtureModules.get(id)
    return folder === undefined ? null : fixtures(folder)
  },
}

/** Writes all suites into one module, which is to lie beside the `dist` of core. */
export async function writeTestBundle(file: string): Promise<void> {
  const bundle = await rolldown({
    input: entryId,
    platform: 'neutral',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, conditionNames: ['import', 'default'] },
    plugins: [resolution],
  })
  await bundle.write({ file, format: 'esm', codeSplitting: false })
}
