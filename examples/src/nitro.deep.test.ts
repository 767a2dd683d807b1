import { afterAll, beforeAll } from 'vitest'
import { freePort, startProgram } from './testing/child-process.js'
import { type InstalledApp, installApp } from './testing/installed-app.js'
import { type Running, testRecipe } from './testing/recipe.js'

let app: InstalledApp
beforeAll(() => {
  app = installApp({ nitro: '^3.0.0' })
  app.write('nitro.config.ts', "export default { serverDir: '.', builder: 'rollup' }\n")
  app.copy('nitro.ts', 'routes/orders.ts')
  app.run('nitro/dist/cli/index.mjs', 'build')
}, 600_000)
afterAll(() => app?.remove())

/** Nitro takes 0 for no port. */
const serve = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Running> => {
  const PORT = await freePort()
  return startProgram({
    command: process.execPath,
    args,
    cwd: app.folder,
    env: { ...env, PORT, HOST: '127.0.0.1' },
    port: /127\.0\.0\.1:(\d+)/,
    path: '/orders',
  })
}

testRecipe('nitro.ts', {
  title: 'nitro.ts in Nitro',
  launch: (env) => serve(env, '.output/server/index.mjs'),
})

// Its proxy hides the client's address, so the server sees plain HTTP from an unknown host.
testRecipe('nitro.ts', {
  title: 'nitro.ts in nitro dev',
  launch: (env) => serve(env, 'node_modules/nitro/dist/cli/index.mjs', 'dev', '--host', '127.0.0.1'),
})
