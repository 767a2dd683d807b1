import { getAuth, requireAuth } from '@sealbearer/koa'
import Koa from 'koa'
import { describeAuth } from '../../grant.js'
import { requirements } from '../../requirements.js'
import { conformanceRoutes } from '../../routes.js'
import type { TalkativeFramework } from './talkative.js'

/** Koa's own `ctx.onerror` and `app.onerror`, and a listener of the event beside them. */
export const talkativeKoa: TalkativeFramework =
  ({ policies, onFailure }, record) =>
  (connection) => {
    const app = new Koa({ env: 'development' })
    app.proxy = connection === 'proxied'
    app.on('error', (error: unknown) => {
      record('error', error)
      // With a listener of its own an app does not do this any more.
      app.onerror(Object.assign(error as Error, { expose: false }))
    })
    for (const { path, policy, requirement } of conformanceRoutes()) {
      const authenticator = policies[policy]
      const guard = requireAuth(authenticator, requirements[requirement], { onFailure })
      app.use((ctx, next) => {
        if (ctx.path !== path) return next()
        return guard(ctx, async () => {
          ctx.body = describeAuth(getAuth(ctx, authenticator, { optional: true }))
        })
      })
    }
    return app.callback()
  }
