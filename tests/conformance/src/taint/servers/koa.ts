import Koa from 'koa'
import { useRoutes } from '../../servers/koa.js'
import type { TalkativeFramework } from './talkative.js'

/** Koa's own `ctx.onerror` and `app.onerror`, and a listener of the event beside them. */
export const talkativeKoa: TalkativeFramework = (setup, record) => (connection) => {
  const app = new Koa({ env: 'development' })
  app.proxy = connection === 'proxied'
  app.on('error', (error: unknown) => {
    record('error', error)
    // With a listener of its own an app does not do this any more.
    app.onerror(Object.assign(error as Error, { expose: false }))
  })
  useRoutes(app, setup)
  return app.callback()
}
