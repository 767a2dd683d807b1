import type { IncomingMessage, ServerResponse } from 'node:http'
import { writeRefusal } from '@sealbearer/core/adapter'
import type { Authorize } from './authorize.js'

interface ExpressRequest extends IncomingMessage {
  readonly body?: unknown
  auth?: unknown
}

/** A middleware of Express. */
export type ExpressHandler = (
  req: ExpressRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>

export function expressHandler(authorize: Authorize): ExpressHandler {
  return async (req, res, next) => {
    try {
      if (req.method === 'POST' && req.body === undefined)
        throw new TypeError('createMcpAuth: the body is not parsed; put express.json() before this')
      const outcome = await authorize(req, req.body)
      if (outcome.ok) {
        // The SDK's transports for Node look for it there.
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
