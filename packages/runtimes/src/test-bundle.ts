import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { own, packages } from './places.js'
import { suiteNames, suites } from './suites.js'

const core = join(packages, 'core')
const program = join(own, 'src', 'program')

/** What is in the app as it is in the app of a user. */
const installed =
  /^(?:node:|(?:#crypto|hono|jose|lru-cache|@hono\/node-server|@sealbearer\/(?:core|hono))(?:$|\/))/

/** Of core's sources, what tests are made of; for the rest stands what was built of it. */
const isTest = (path: string): boolean => /^(?:attacks|testing|vectors)\/|\.test\.ts$/.test(path)

/** The one module of the tests that reads files, in place of which the bundle has the files in it. */
const fixtureModule = join(core, 'src', 'testing', 'fixture-file.ts')

function fixtures(): string {
  const paths = ['fixtures', 'vectors'].flatMap((folder) =>
    readdirSync(join(core, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  const files = paths.map((path) => [relative(core, path), readFileSync(path, 'utf8')])
  return `const files = new Map(${JSON.stringify(files)})\nexport const fixture = (path) => files.get(path)`
}

function entry(): string {
  const module = (path: string): string => JSON.stringify(path)
  const filesOf = (paths: readonly string[]): string =>
    paths.map((path) => `${module(path)}: () => import(${module(join(packages, path))})`).join(', ')
  const runs = suiteNames.map((name) => `${name}: await runTests({ ${filesOf(suites[name])} })`)
  return [
    "import { engine } from '#crypto'",
    `import { engine as web } from ${module(join(core, 'src/crypto/web.ts'))}`,
    `import { runTests } from ${module(join(program, 'run-tests.ts'))}`,
    `export const run = async () => ({ engine: engine === web ? 'web' : 'node', suites: { ${runs.join(', ')} } })`,
  ].join('\n')
}

const entryId = 'tests'

const resolution: Plugin = {
  name: 'tests-on-what-is-built',
  async resolveId(id, importer) {
    if (id === entryId) return id
    if (id === 'vitest') return join(program, 'vitest.ts')
    if (installed.test(id)) return { id, external: true }
    const resolved = await this.resolve(id, importer, { skipSelf: true })
    const path = resolved === null ? '..' : relative(join(core, 'src'), resolved.id)
    if (path.startsWith('..') || isTest(path)) return resolved
    return { id: `./dist/${path.replace(/\.ts$/, '.js')}`, external: true }
  },
  load(id) {
    if (id === entryId) return entry()
    return id === fixtureModule ? fixtures() : null
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
