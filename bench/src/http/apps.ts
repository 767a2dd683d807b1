import type { App, Framework, ServerAlgorithm } from './app.js'
import { expressApps } from './apps/express.js'
import { fastifyApps } from './apps/fastify.js'
import { honoApps } from './apps/hono.js'
import { koaApps } from './apps/koa.js'

const all: readonly App[] = [...fastifyApps, ...honoApps, ...koaApps, ...expressApps]

/** The ways to guard a framework's route, the bare one first. */
export const appsOf = (framework: Framework, alg: ServerAlgorithm): readonly App[] =>
  all.filter((app) => app.framework === framework && app.algorithms.includes(alg))
