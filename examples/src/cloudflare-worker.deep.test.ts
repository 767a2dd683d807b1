import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binaryOf, installBinaries, runtimes } from '@sealbearer/runtimes/binaries'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll } from 'vitest'
import { startProgram } from './testing/child-process.js'
import { testRecipe } from './testing/recipe.js'

/** As Cloudflare runs it: the scheme of a URL is that of the client's connection. */
const configWith = (issuer: string): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      bindings = [(name = "ISSUER", text = "${issuer}")],
      compatibilityDate = "2026-01-01",
      compatibilityFlags = ["nodejs_compat"],
    )),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", service = "main", http = (forwardedProtoHeader = "X-Forwarded-Proto"))],
);
`

let folder: string
beforeAll(async () => {
  installBinaries()
  folder = mkdtempSync(join(tmpdir(), 'sealbearer-worker-'))
  const bundle = await rolldown({
    input: fileURLToPath(new URL('../cloudflare-worker.ts', import.meta.url)),
    platform: 'neutral',
    external: /^(?:node|cloudflare):/,
    // Those of wrangler.
    resolve: { conditionNames: ['workerd', 'worker', 'browser', 'import', 'default'] },
  })
  await bundle.write({ file: join(folder, 'worker.js'), format: 'esm', codeSplitting: false })
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

testRecipe('cloudflare-worker.ts', {
  title: 'cloudflare-worker.ts on workerd',
  launch({ ISSUER = '' }) {
    const config = join(folder, 'config.capnp')
    writeFileSync(config, configWith(ISSUER))
    const workerd = runtimes.find(({ name }) => name === 'workerd')
    return startProgram({
      command: (workerd && binaryOf(workerd)) ?? '',
      args: ['serve', '--control-fd=1', config],
      cwd: folder,
      env: {},
      port: /"port":(\d+)/,
      path: '/orders',
      headers: { 'x-forwarded-proto': 'https' },
    })
  },
})
