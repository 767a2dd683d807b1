import { getRequestListener } from '@hono/node-server'
import type { Context } from 'hono'
import type { Framework } from './framework.js'
import { createHonoApp } from './hono-app.js'

export const honoFramework: Framework = (setup) => (connection) => {
  // Hono trusts no proxy by itself, so the application says when it does.
  const trusting = {
    secure: (c: Context) => c.req.header('x-forwarded-proto')?.startsWith('https') === true,
    host: (c: Context) => c.req.header('x-forwarded-host'),
  }
  return getRequestListener(createHonoApp(setup, connection === 'proxied' ? trusting : {}).fetch)
}
