import { afterAll, beforeAll } from 'vitest'
import { freePort, startProgram } from './testing/child-process.js'
import { type InstalledApp, installApp } from './testing/installed-app.js'
import { testRecipe } from './testing/recipe.js'

let app: InstalledApp
beforeAll(() => {
  app = installApp({ nitro: '^3.0.0' })
  app.write('nitro.config.ts', "export default { serverDir: '.', builder: 'rollup' }\n")
  app.copy('nitro.ts', 'routes/orders.ts')
  app.run('nitro/dist/cli/index.mjs', 'build')
}, 600_000)
afterAll(() => app?.remove())

testRecipe('nitro.ts', {
  title: 'nitro.ts in Nitro',
  async launch(env) {
    const PORT = await freePort() // Nitro takes 0 for no port
    return startProgram({
      command: process.execPath,
      args: ['.output/server/index.mjs'],
      cwd: app.folder,
      env: { ...env, PORT, HOST: '127.0.0.1' },
      port: /127\.0\.0\.1:(\d+)/,
      path: '/orders',
    })
  },
})
