import { getRequestListener } from '@hono/node-server'
import { getAuth, requireAuth } from '@sealbearer/hono'
import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { logger } from 'hono/logger'
import { describeAuth } from '../../grant.js'
import { requirements } from '../../requirements.js'
import { conformanceMethods, conformanceRoutes } from '../../routes.js'
import type { TalkativeFramework } from './talkative.js'

/** Under another name, since nothing but what is tested for its talk may write to it. */
const { console: terminal } = globalThis

/** `hono/logger`, and an `onError` that prints what it gets before it does what Hono's own does. */
export const talkativeHono: TalkativeFramework =
  ({ policies, onFailure }, record) =>
  (connection) => {
    const app = new Hono()
    app.use(logger((line, ...rest) => record('logger', [line, ...rest].join(' '))))
    const secure = (c: Context): boolean => c.req.header('x-forwarded-proto') === 'https'
    const host = (c: Context): string | undefined => c.req.header('x-forwarded-host')
    const options = { onFailure, ...(connection === 'proxied' && { secure, host }) }
    for (const { path, policy, requirement } of conformanceRoutes()) {
      const authenticator = policies[policy]
      app.on(
        [...conformanceMethods],
        path,
        requireAuth(authenticator, requirements[requirement], options),
        (c) => c.json(describeAuth(getAuth(c, authenticator, { optional: true }))),
      )
    }
    app.onError((error, c) => {
      record('error', error)
      terminal.error(error)
      return error instanceof HTTPException ? error.getResponse() : c.text(String(error.stack), 500)
    })
    return getRequestListener(app.fetch)
  }
