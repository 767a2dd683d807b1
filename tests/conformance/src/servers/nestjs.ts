import 'reflect-metadata'
import type { RequestListener } from 'node:http'
import { All, Controller, Module, Req, UseGuards } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { getAuth, requireAuth } from '@sealbearer/nestjs'
import { describeAuth } from '../grant.js'
import { requirements } from '../requirements.js'
import { conformanceRoutes } from '../routes.js'
import type { Framework, ServerSetup } from './framework.js'

/** A controller with every route, decorated by hand: its guards are not known before. */
function controllerOf({ policies, logger }: ServerSetup): new () => object {
  class Routes {}
  const routes = Routes.prototype as Record<string, unknown>
  for (const [index, { path, policy, requirement }] of conformanceRoutes().entries()) {
    const authenticator = policies[policy]
    const name = `route${index}`
    const value = (request: object) => describeAuth(getAuth(request, authenticator, { optional: true }))
    Object.defineProperty(routes, name, { value, configurable: true, writable: true })
    const descriptor = Object.getOwnPropertyDescriptor(routes, name) as TypedPropertyDescriptor<unknown>
    All(path)(routes, name, descriptor)
    UseGuards(requireAuth(authenticator, requirements[requirement], { logger }))(routes, name, descriptor)
    Req()(routes, name, 0)
  }
  Controller()(Routes)
  return Routes
}

async function start(setup: ServerSetup, adapter: AbstractHttpAdapter): Promise<void> {
  class App {}
  Module({ controllers: [controllerOf(setup)] })(App)
  await (await NestFactory.create(App, adapter, { logger: false })).init()
}

/** NestJS on each of its platforms. */
export const nestPlatforms: Readonly<Record<'nestjs on express' | 'nestjs on fastify', Framework>> = {
  'nestjs on express': (setup) => async (connection) => {
    const adapter = new ExpressAdapter()
    const app = adapter.getInstance<RequestListener & { set(name: string, value: unknown): void }>()
    app.set('x-powered-by', false)
    // Express adds one to whatever it answers.
    app.set('etag', false)
    app.set('trust proxy', connection === 'proxied')
    await start(setup, adapter)
    return app
  },
  'nestjs on fastify': (setup) => async (connection) => {
    const adapter = new FastifyAdapter({ trustProxy: connection === 'proxied' })
    adapter.getInstance().addHttpMethod('PROPFIND')
    await start(setup, adapter)
    const app = adapter.getInstance()
    await app.ready()
    return (req, res) => app.routing(req, res)
  },
}
