import { createServer, type Server } from 'node:http'
import type { Auth, Authenticator, KeySet, Requirement, VerifiedClaims } from '@sealbearer/core'
import { createJwksEndpoint } from '@sealbearer/core'
import { requireAuth, serve } from '@sealbearer/koa'
import Koa from 'koa'
import { admin, me, orders, placeOrder } from './resources.js'

/** The Koa server. Five routes need no router. */
export function koaServer(authenticator: Authenticator<VerifiedClaims>, recipients: KeySet): Server {
  const app = new Koa<{ auth: Auth<VerifiedClaims> }>() // Behind a guard; the one route without takes no look.

  /** A route behind a guard. */
  function route(
    [method, path]: readonly [method: string, path: string],
    requirement: Requirement<VerifiedClaims>,
    status: number,
    answer: (auth: Auth<VerifiedClaims>) => unknown,
  ): void {
    const guard = requireAuth(authenticator, requirement)
    app.use((ctx, next) => {
      if (ctx.method !== method || ctx.path !== path) return next()
      return guard(ctx, async () => {
        ctx.status = status
        ctx.body = answer(ctx.state.auth)
      })
    })
  }

  app.use((ctx, next) => {
    if (ctx.path !== '/') return next()
    ctx.body = { server: 'koa' }
    return undefined
  })
  app.use(serve(createJwksEndpoint(recipients))) // at /.well-known/jwks.json
  route(['GET', '/me'], {}, 200, me)
  route(['GET', '/orders'], { scope: 'orders:read' }, 200, orders)
  route(['POST', '/orders'], { scope: 'orders:write' }, 201, placeOrder)
  route(['GET', '/admin'], { role: 'admin' }, 200, admin)

  return createServer(app.callback())
}
