import { baselineModule, baselineName } from '../baseline.js'
import type { App, Framework, ServerAlgorithm } from './app.js'

/** Loaded one by one, so that a server has no more in memory than it needs. */
const load: Readonly<Record<Framework, () => Promise<readonly App[]>>> = {
  Fastify: async () => (await import('./apps/fastify.js')).fastifyApps,
  Hono: async () => (await import('./apps/hono.js')).honoApps,
  Koa: async () => (await import('./apps/koa.js')).koaApps,
  Express: async () => (await import('./apps/express.js')).expressApps,
}

async function baselineApps(framework: Framework): Promise<readonly App[]> {
  const name = framework.toLowerCase()
  const module = await baselineModule<Readonly<Record<string, readonly App[]>>>(`http/apps/${name}.js`)
  const ours = (module?.[`${name}Apps`] ?? []).filter(({ role }) => role === 'ours')
  return ours.map((app) => ({ ...app, name: baselineName(app.name), role: 'baseline' }))
}

/** The ways to guard a framework's route, the bare one first. */
export const appsOf = async (framework: Framework, alg: ServerAlgorithm): Promise<readonly App[]> =>
  [...(await load[framework]()), ...(await baselineApps(framework))].filter((app) =>
    app.algorithms.includes(alg),
  )
