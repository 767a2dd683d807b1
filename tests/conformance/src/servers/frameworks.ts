import { expressFramework } from './express.js'
import { fastifyFramework } from './fastify.js'
import type { Framework } from './framework.js'
import { honoFramework } from './hono.js'
import { koaFramework } from './koa.js'

/** Every framework that has an adapter. */
export const frameworks: Readonly<Record<string, Framework>> = {
  fastify: fastifyFramework,
  koa: koaFramework,
  hono: honoFramework,
  express: expressFramework,
}
