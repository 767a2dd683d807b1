import { talkativeExpress } from './express.js'
import { talkativeFastify } from './fastify.js'
import { talkativeHono } from './hono.js'
import { talkativeKoa } from './koa.js'
import type { TalkativeFramework } from './talkative.js'

/** Every framework that has an adapter. */
export const talkativeFrameworks: Readonly<Record<string, TalkativeFramework>> = {
  fastify: talkativeFastify,
  koa: talkativeKoa,
  hono: talkativeHono,
  express: talkativeExpress,
}
