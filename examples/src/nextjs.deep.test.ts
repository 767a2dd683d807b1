import { expectRefused } from '@sealbearer/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProgram } from './testing/child-process.js'
import { type InstalledApp, installApp } from './testing/installed-app.js'
import { createRecipeIssuer, type Running, testRecipe } from './testing/recipe.js'

const next = 'next/dist/bin/next'

let app: InstalledApp
beforeAll(() => {
  app = installApp({
    next: '16.4.6',
    react: '^19.0.0',
    'react-dom': '^19.0.0',
    typescript: '^5.9.0',
    '@types/node': '^20.19.0',
    '@types/react': '^19.0.0',
  })
  // As create-next-app has it.
  app.write('tsconfig.json', '{ "compilerOptions": { "strict": true } }')
  app.copy('nextjs-route.ts', 'app/orders/route.ts')
  app.copy('nextjs-route.ts', 'app/api/orders/route.ts')
  app.copy('nextjs-proxy.ts', 'proxy.ts')
  app.write('app/api/me/route.ts', 'export const GET = () => Response.json({ ok: true })\n')
  app.run(next, 'build')
}, 600_000)
afterAll(() => app?.remove())

/** Behind a proxy that terminates TLS, as far as Next.js knows. */
const start = (path: string, env: Readonly<Record<string, string>>): Promise<Running> =>
  startProgram({
    command: process.execPath,
    args: [`node_modules/${next}`, 'start', '-p', '0'],
    cwd: app.folder,
    env: { ...env, NEXT_TELEMETRY_DISABLED: '1' },
    port: /localhost:(\d+)/,
    path,
    headers: { 'x-forwarded-proto': 'https' },
  })

testRecipe('nextjs-route.ts', {
  title: 'nextjs-route.ts in Next.js',
  launch: (env) => start('/orders', env),
})

// Its requests are plain HTTP.
test('nextjs-route.ts and nextjs-proxy.ts answer in next dev', async () => {
  const issuer = await createRecipeIssuer()
  const running = await startProgram({
    command: process.execPath,
    args: [`node_modules/${next}`, 'dev', '-p', '0'],
    cwd: app.folder,
    env: { ISSUER: await issuer.listen(), NEXT_TELEMETRY_DISABLED: '1' },
    port: /localhost:(\d+)/,
    path: '/api/orders',
  })
  expect((await running.ask(await issuer.mint({ scope: 'orders:read' }))).status).toBe(200)
  expectRefused(await running.ask(await issuer.mint()), 'SB_SCOPE_INSUFFICIENT')
  expectRefused(await running.ask(), 'SB_CREDENTIALS_MISSING')
  await running.close()
  await issuer.close()
})

test('nextjs-proxy.ts guards the paths of its matcher in Next.js', async () => {
  const issuer = await createRecipeIssuer()
  const running = await start('/api/me', { ISSUER: await issuer.listen() })
  const accepted = await running.ask(await issuer.mint())
  expect([accepted.status, await accepted.text()]).toEqual([200, '{"ok":true}'])
  expectRefused(await running.ask(), 'SB_CREDENTIALS_MISSING')
  expectRefused(await running.ask(await issuer.mint.expired()), 'SB_TOKEN_EXPIRED')
  await running.close()
  await issuer.close()
})
