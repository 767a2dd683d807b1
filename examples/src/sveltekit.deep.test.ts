import { expectRefused } from '@sealbearer/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, startProgram } from './testing/child-process.js'
import { type InstalledApp, installApp } from './testing/installed-app.js'
import { createRecipeIssuer, type Running, testRecipe } from './testing/recipe.js'

const vite = 'vite/bin/vite.js'

let app: InstalledApp
beforeAll(() => {
  app = installApp({
    '@sveltejs/kit': '^2.0.0', // 3 needs Node 22
    '@sveltejs/vite-plugin-svelte': '^6.0.0',
    svelte: '^5.0.0',
    vite: '^7.0.0',
  })
  const plugins =
    "import { sveltekit } from '@sveltejs/kit/vite'\nexport default { plugins: [sveltekit()] }\n"
  app.write('vite.config.js', plugins)
  app.write('src/app.html', '<html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>\n')
  app.copy('sveltekit.ts', 'src/routes/orders/+server.ts')
  app.run(vite, 'build')
}, 600_000)
afterAll(() => app?.remove())

const serve = async (command: 'preview' | 'dev', env: Readonly<Record<string, string>>): Promise<Running> =>
  startProgram({
    command: process.execPath,
    args: [`node_modules/${vite}`, command, '--host', '127.0.0.1', '--port', await freePort()],
    cwd: app.folder,
    env: { ...env, NO_COLOR: '1' },
    port: /127\.0\.0\.1:(\d+)/,
    path: '/orders',
  })

testRecipe('sveltekit.ts', {
  title: 'sveltekit.ts in SvelteKit',
  launch: (env) => serve('preview', env),
})

test('sveltekit.ts answers in vite dev', async () => {
  const issuer = await createRecipeIssuer()
  const running = await serve('dev', { ISSUER: await issuer.listen() })
  expect((await running.ask(await issuer.mint({ scope: 'orders:read' }))).status).toBe(200)
  expectRefused(await running.ask(), 'SB_CREDENTIALS_MISSING')
  await running.close()
  await issuer.close()
})
