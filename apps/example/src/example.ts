import type { Server } from 'node:http'
import type { Authenticator, VerifiedClaims } from '@sealbearer/core'
import { type AccessCookie, describeCookie } from './access-cookie.js'
import { expressServer } from './express.js'
import { fastifyServer } from './fastify.js'
import { honoServer } from './hono.js'
import { createIssuers } from './issuers.js'
import { type ExampleKeys, generateKeys } from './keys.js'
import { koaServer } from './koa.js'
import { type Listening, listen } from './listen.js'
import { createPolicy } from './policy.js'
import { tokenService } from './token-service.js'
import { createDemoUsers, type DemoUsers } from './users.js'

export type Framework = 'fastify' | 'koa' | 'hono' | 'express'

/** In the order of their ports. */
export const frameworkNames: readonly Framework[] = ['fastify', 'koa', 'hono', 'express']

const frameworks: Readonly<
  Record<Framework, (authenticator: Authenticator<VerifiedClaims>) => Server | Promise<Server>>
> = { fastify: fastifyServer, koa: koaServer, hono: honoServer, express: expressServer }

/** Five servers up, and what the tour needs to know of them. */
export interface Example {
  readonly tokenService: Listening
  readonly servers: Readonly<Record<Framework, Listening>>
  readonly keys: ExampleKeys
  readonly users: DemoUsers
  readonly accessCookie: AccessCookie
  close(): Promise<void>
}

export interface ExampleOptions {
  /** Of the token service; the others follow. 0: any free ports. */
  readonly firstPort: number
  /** Whether browsers reach the example over HTTPS, so that the cookie can have its full protection. */
  readonly secureCookie: boolean
}

/** Makes keys and users, one policy out of them, and starts everything that goes by it. */
export async function startExample({ firstPort, secureCookie }: ExampleOptions): Promise<Example> {
  const [keys, users] = await Promise.all([generateKeys(), createDemoUsers()])
  const accessCookie = describeCookie(secureCookie)
  const authenticator = createPolicy(keys, accessCookie)
  const port = (offset: number): number => (firstPort === 0 ? 0 : firstPort + offset)

  const service = tokenService({
    users,
    accessCookie,
    issuers: createIssuers(keys),
    jwks: keys.published.jwks,
  })
  const start = async (framework: Framework, offset: number): Promise<Listening> =>
    listen(await frameworks[framework](authenticator), port(offset))
  const listening = await listen(service, port(0))
  const servers = {
    fastify: await start('fastify', 1),
    koa: await start('koa', 2),
    hono: await start('hono', 3),
    express: await start('express', 4),
  }
  return {
    tokenService: listening,
    servers,
    keys,
    users,
    accessCookie,
    async close() {
      await Promise.all([listening, ...Object.values(servers)].map((server) => server.close()))
    },
  }
}
