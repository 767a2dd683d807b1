import type { Server } from 'node:http'
import {
  type Authenticator,
  createRemoteKeySet,
  discoverIssuer,
  type KeySet,
  type RemoteKeySet,
  type VerifiedClaims,
} from '@sealbearer/core'
import type { SessionCookies } from '@sealbearer/sessions'
import { type AccessCookie, describeCookie } from './access-cookie.js'
import { expressServer } from './express.js'
import { fastifyServer } from './fastify.js'
import { honoServer } from './hono.js'
import { createIssuers } from './issuers.js'
import { type ExampleKeys, generateKeys } from './keys.js'
import { koaServer } from './koa.js'
import { type Listening, listen } from './listen.js'
import { type Partner, startPartner } from './partner.js'
import { createPolicy, type PolicyParts } from './policy.js'
import { createSessionParts, openStore, type SessionParts } from './sessions.js'
import { createSite, type Site } from './site.js'
import { type KeyEndpoint, keysPath, tokenService } from './token-service.js'
import { createDemoUsers, type DemoUsers } from './users.js'

export type Framework = 'fastify' | 'koa' | 'hono' | 'express'

/** In the order of their ports. */
export const frameworkNames: readonly Framework[] = ['fastify', 'koa', 'hono', 'express']

/** The parts of each server. */
export interface ServerParts {
  readonly authenticator: Authenticator<VerifiedClaims>
  /** The public keys that tokens for the servers are encrypted to. */
  readonly recipients: KeySet
  readonly site: Site
  readonly cookies: SessionCookies
}

const frameworks: Readonly<Record<Framework, (parts: ServerParts) => Server | Promise<Server>>> = {
  fastify: fastifyServer,
  koa: koaServer,
  hono: honoServer,
  express: expressServer,
}

/** Six running servers, and what the tour needs. */
export interface Example {
  readonly tokenService: Listening
  readonly partner: Partner
  readonly servers: Readonly<Record<Framework, Listening>>
  /** The servers' configuration of keys and issuers. */
  readonly policyParts: PolicyParts & { readonly issuerKeys: RemoteKeySet }
  readonly keyEndpoint: KeyEndpoint
  readonly keys: ExampleKeys
  readonly users: DemoUsers
  readonly accessCookie: AccessCookie
  close(): Promise<void>
}

export interface ExampleOptions {
  /** Of the token service; the servers and the partner follow. 0: any free ports. */
  readonly firstPort: number
  /** Whether browsers reach the example over HTTPS, so that the cookie can be `Secure`. */
  readonly secureCookie: boolean
  /** Where sessions are stored. @default in memory */
  readonly redisUrl?: string | undefined
}

/** Creates keys, users and one policy, and starts all servers. */
export async function startExample({ firstPort, secureCookie, redisUrl }: ExampleOptions): Promise<Example> {
  const [keys, users] = await Promise.all([generateKeys(), createDemoUsers()])
  const accessCookie = describeCookie(secureCookie)
  const keyEndpoint: KeyEndpoint = { isDown: false }
  const port = (offset: number): number => (firstPort === 0 ? 0 : firstPort + offset)

  const issuers = createIssuers(keys)
  const service = tokenService({ users, accessCookie, issuers, signing: keys.signing, keyEndpoint })
  const listening = await listen(service, port(0))
  const partner = await startPartner(port(5))

  // The servers load keys over HTTP, as if they ran elsewhere. The seconds are for the tour; omit them in production.
  const issuerKeys = createRemoteKeySet(new URL(keysPath, listening.url), { minAge: 1, cooldown: 1 })
  const store = await openStore(redisUrl)
  const sessionParts = createSessionParts(store, keys, users)
  const all: SessionParts[] = []
  const common = { keys, issuerKeys, partner: discoverIssuer(partner.url), accessCookie }
  async function createParts(): Promise<SessionParts> {
    const own = sessionParts()
    all.push(own)
    await own.revocations.ready()
    return own
  }
  async function start(framework: Framework, offset: number): Promise<Listening> {
    const own = await createParts()
    const { recipients } = keys
    const parts = { authenticator: createPolicy({ ...common, ...own }), recipients, site: createSite(own) }
    return listen(await frameworks[framework]({ ...parts, cookies: own.cookies }), port(offset))
  }
  const servers = {
    fastify: await start('fastify', 1),
    koa: await start('koa', 2),
    hono: await start('hono', 3),
    express: await start('express', 4),
  }
  return {
    tokenService: listening,
    partner,
    servers,
    policyParts: { ...common, ...(await createParts()) },
    keyEndpoint,
    keys,
    users,
    accessCookie,
    async close() {
      await Promise.all([listening, partner, ...Object.values(servers)].map((server) => server.close()))
      for (const { revocations } of all) revocations.close()
      await store.close()
    },
  }
}
