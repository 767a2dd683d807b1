import { expectRefused } from '@sealbearer/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, startProgram } from './testing/child-process.js'
import { type InstalledApp, installApp } from './testing/installed-app.js'
import { createRecipeIssuer, type Running, testRecipe } from './testing/recipe.js'

const nuxt = 'nuxt/bin/nuxt.mjs'

let app: InstalledApp
beforeAll(() => {
  app = installApp({ nuxt: '^4.4.0', vue: '^3.5.0' })
  app.write('nuxt.config.ts', 'export default { telemetry: false, devtools: { enabled: false } }\n')
  app.write('app/app.vue', '<template><p>orders</p></template>\n')
  app.copy('nuxt.ts', 'server/api/orders.get.ts')
  app.run(nuxt, 'build')
}, 600_000)
afterAll(() => app?.remove())

const serve = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Running> =>
  startProgram({
    command: process.execPath,
    args,
    cwd: app.folder,
    env: { ...env, PORT: await freePort(), HOST: '127.0.0.1', NO_COLOR: '1' },
    port: /127\.0\.0\.1:(\d+)/,
    path: '/api/orders',
  })

testRecipe('nuxt.ts', {
  title: 'nuxt.ts in Nuxt',
  launch: (env) => serve(env, '.output/server/index.mjs'),
})

test('nuxt.ts answers in nuxt dev', { timeout: 120_000 }, async () => {
  const issuer = await createRecipeIssuer()
  const env = { ISSUER: await issuer.listen() }
  const running = await serve(env, `node_modules/${nuxt}`, 'dev', '--host', '127.0.0.1')
  const token = await issuer.mint({ scope: 'orders:read' })
  // It listens before it has built the server.
  await expect.poll(async () => (await running.ask(token)).status, { timeout: 60_000 }).toBe(200)
  expectRefused(await running.ask(), 'SB_CREDENTIALS_MISSING')
  await running.close()
  await issuer.close()
})
