import type { IncomingMessage, ServerResponse } from 'node:http'
import { writeRefusal } from '@sealbearer/core/adapter'
import type { Authorize } from './authorize.js'
import { whyUnreadable } from './parsed-body.js'

interface ExpressRequest extends IncomingMessage {
  readonly body?: unknown
  auth?: unknown
}

/** Middleware for Express. */
export type ExpressHandler = (
  req: ExpressRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>

export function expressHandler(authorize: Authorize): ExpressHandler {
  return async (req, res, next) => {
    try {
      const problem = whyUnreadable(req)
      if (problem !== undefined) {
        res
          .writeHead(problem.status, { 'Content-Type': 'application/json' })
          .end(JSON.stringify(problem.body))
        return
      }
      const outcome = await authorize(req, req.body)
      if (outcome.ok) {
        // The SDK's transports for Node read it there.
        req.auth = outcome.authInfo
        next()
        return
      }
      writeRefusal(res, outcome)
    } catch (error) {
      next(error)
    }
  }
}
