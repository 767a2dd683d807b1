import { createServer, type Server } from 'node:http'
import { bodyParser } from '@koa/bodyparser'
import type { Auth, Requirement, VerifiedClaims } from '@sealbearer/core'
import { createJwksEndpoint } from '@sealbearer/core'
import { requireAuth, serve } from '@sealbearer/koa'
import { checkCsrf } from '@sealbearer/sessions'
import Koa, { type Context } from 'koa'
import type { ServerParts } from './example.js'
import { admin, me, orders, placeOrder } from './resources.js'
import { maxBody, page, wrongLogin } from './site.js'

type Path = readonly [method: string, path: string]

/** The Koa server, without a router. */
export function koaServer({ authenticator, recipients, site, cookies }: ServerParts): Server {
  const app = new Koa<{ auth: Auth<VerifiedClaims> }>() // Set by guards; other routes do not read it.
  const readBody = bodyParser({
    enableTypes: ['json'],
    jsonLimit: maxBody,
    // Koa logs errors that are not for clients.
    onError: (error, ctx) => ctx.throw('status' in error ? Number(error.status) : 400),
  })

  /** A route behind a guard. */
  function route(
    [method, path]: Path,
    requirement: Requirement<VerifiedClaims>,
    status: number,
    answer: (auth: Auth<VerifiedClaims>, ctx: Context) => unknown,
  ): void {
    const guard = requireAuth(authenticator, requirement)
    app.use((ctx, next) => {
      if (ctx.method !== method || ctx.path !== path) return next()
      return guard(ctx, async () => {
        ctx.body = await answer(ctx.state.auth, ctx)
        ctx.status = status
      })
    })
  }
  /** A public route. */
  function openRoute([method, path]: Path, answer: (ctx: Context) => void | Promise<void>): void {
    app.use((ctx, next) => (ctx.method === method && ctx.path === path ? answer(ctx) : next()))
  }

  openRoute(['GET', '/'], (ctx) => {
    ctx.body = page
  })
  app.use(serve(createJwksEndpoint(recipients))) // at /.well-known/jwks.json
  route(['GET', '/me'], {}, 200, me)
  route(['GET', '/orders'], { scope: 'orders:read' }, 200, orders)
  route(['POST', '/orders'], { scope: 'orders:write' }, 201, placeOrder)
  route(['GET', '/admin'], { role: 'admin' }, 200, admin)

  openRoute(['POST', '/login'], async (ctx) => {
    checkCsrf(ctx.req)
    await readBody(ctx, async () => {})
    const started = await site.logIn(ctx.request.body, ctx.get('user-agent'))
    if (started === undefined) ctx.status = 400
    else ctx.set('Set-Cookie', started)
    ctx.body = started === undefined ? wrongLogin : {}
  })
  app.use(serve(cookies.logout)).use(serve(cookies.logoutEverywhere)) // at /session/logout and /session/logout-everywhere
  route(['GET', '/devices'], {}, 200, site.devices)
  route(['POST', '/admin/revoke'], { role: 'admin' }, 200, async (_, ctx) => {
    await readBody(ctx, async () => {})
    return site.revokeUser(ctx.request.body)
  })

  return createServer(app.callback())
}
