import type { App, Framework, ServerAlgorithm } from './app.js'

/** Loaded one by one, so that a server has no more in memory than it needs. */
const apps: Readonly<Record<Framework, () => Promise<readonly App[]>>> = {
  Fastify: async () => (await import('./apps/fastify.js')).fastifyApps,
  Hono: async () => (await import('./apps/hono.js')).honoApps,
  Koa: async () => (await import('./apps/koa.js')).koaApps,
  Express: async () => (await import('./apps/express.js')).expressApps,
}

/** The ways to guard a framework's route, the bare one first. */
export const appsOf = async (framework: Framework, alg: ServerAlgorithm): Promise<readonly App[]> =>
  (await apps[framework]()).filter((app) => app.algorithms.includes(alg))
