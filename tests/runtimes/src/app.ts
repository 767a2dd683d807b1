import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { packages } from './places.js'
import { writeTestBundle } from './test-bundle.js'

/** An application as a user has it: our packages as they are published, beside what they depend on. */
export interface App {
  readonly folder: string
  /** A module that prints the results. */
  readonly main: string
  /** Configures a Worker that does. */
  readonly workerConfig: string
}

const published: readonly (readonly [name: string, folder: string, contents: readonly string[]])[] = [
  ['@sealbearer/core', 'core', ['package.json', 'dist']],
  ['@sealbearer/hono', 'hono', ['package.json', 'dist']],
  ['jose', 'core/node_modules/jose', ['']],
  ['lru-cache', 'core/node_modules/lru-cache', ['']],
  ['hono', 'hono/node_modules/hono', ['']],
  ['@hono/node-server', 'hono/node_modules/@hono/node-server', ['']],
]

const load = "const { run } = await import('./node_modules/@sealbearer/core/tests.js')"
const print = 'console.log(JSON.stringify(await run()))'

/** The handler loads the tests, since a Worker has no random numbers before. They can serve requests to it. */
const worker = `let handler
export default {
  fetch: (request) => handler(request),
  async test(_, { SELF }) {
    globalThis.selfBinding = { serve(given) { handler = given }, fetch: (request) => SELF.fetch(request) }
    ${load}
    ${print}
  },
}
`

const workerConfig = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(
    name = "tests",
    worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "SELF", service = "tests")],
      # The tests make their tokens with node:crypto. What they test does without.
      compatibilityFlags = ["nodejs_compat"],
    ),
  )],
);
`

/** Lays out the app in an empty folder. */
export async function makeApp(folder: string): Promise<App> {
  const modules = join(folder, 'node_modules')
  for (const [name, from, contents] of published) {
    mkdirSync(join(modules, name), { recursive: true })
    for (const content of contents) {
      cpSync(join(packages, from, content), join(modules, name, content), {
        recursive: true,
        dereference: true,
      })
    }
  }
  // Deno takes packages from the folder only beside a manifest.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await writeTestBundle(join(modules, '@sealbearer', 'core', 'tests.js'))
  const app = { folder, main: join(folder, 'main.js'), workerConfig: join(folder, 'worker.capnp') }
  writeFileSync(app.main, `${load}\n${print}\n`)
  writeFileSync(join(folder, 'worker-entry.js'), worker)
  writeFileSync(app.workerConfig, workerConfig)
  await bundleWorker(join(folder, 'worker-entry.js'), join(folder, 'worker.js'))
  return app
}

/** Bundles as wrangler does: these are its conditions. */
async function bundleWorker(input: string, file: string): Promise<void> {
  const bundle = await rolldown({
    input,
    platform: 'neutral',
    external: /^node:/,
    resolve: { conditionNames: ['workerd', 'worker', 'browser', 'import', 'default'] },
  })
  await bundle.write({ file, format: 'esm', codeSplitting: false })
}
