import { isSealbearerError } from '@sealbearer/core'
import { getAuth, requireAuth } from '@sealbearer/koa'
import Koa from 'koa'
import { describeAuth } from '../grant.js'
import { requirements } from '../requirements.js'
import { conformanceRoutes } from '../routes.js'
import { codeHeader } from '../target.js'
import type { Framework, ServerSetup } from './framework.js'

export const koaFramework: Framework = (setup) => (connection) => {
  const app = new Koa()
  app.proxy = connection === 'proxied'
  app.use(answerErrors)
  useRoutes(app, setup)
  return app.callback()
}

/** Every route behind its guard. */
export function useRoutes(app: Koa, { policies, onFailure, logger }: ServerSetup): void {
  for (const { path, policy, requirement } of conformanceRoutes()) {
    const authenticator = policies[policy]
    const guard = requireAuth(authenticator, requirements[requirement], { onFailure, logger })
    app.use((ctx, next) => {
      if (ctx.path !== path) return next()
      return guard(ctx, async () => {
        ctx.body = describeAuth(getAuth(ctx, authenticator, { optional: true }))
      })
    })
  }
}

const answerErrors: Koa.Middleware = async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    if (!isSealbearerError(error)) throw error
    ctx.status = error.status
    ctx.set({ ...error.headers, [codeHeader]: error.code })
    ctx.body = JSON.stringify(error.body)
  }
}
