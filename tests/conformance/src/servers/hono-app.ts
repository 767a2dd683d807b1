import { isSealbearerError } from '@sealbearer/core'
import { type ConnectionOptions, getAuth, requireAuth } from '@sealbearer/hono'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { describeAuth } from '../grant.js'
import { requirements } from '../requirements.js'
import { conformanceMethods, conformanceRoutes } from '../routes.js'
import { codeHeader } from '../target.js'
import type { ServerSetup } from './framework.js'

/** Runs wherever Hono does. */
export function createHonoApp(
  { policies, onFailure, logger }: ServerSetup,
  options: ConnectionOptions = {},
): Hono {
  const app = new Hono()
  for (const { path, policy, requirement } of conformanceRoutes()) {
    const authenticator = policies[policy]
    const guard = requireAuth(authenticator, requirements[requirement], { onFailure, logger, ...options })
    app.on([...conformanceMethods], path, guard, (c) =>
      c.json(describeAuth(getAuth(c, authenticator, { optional: true }))),
    )
  }
  app.onError((error) => {
    if (!(error instanceof HTTPException) || !isSealbearerError(error.cause)) throw error
    const response = error.getResponse()
    response.headers.set(codeHeader, error.cause.code)
    return response
  })
  return app
}
