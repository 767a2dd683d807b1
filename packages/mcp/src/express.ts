import type { IncomingMessage, ServerResponse } from 'node:http'
import { writeRefusal } from '@sealbearer/core/adapter'
import type { Authorize } from './authorize.js'
import { type Unreadable, unreadable } from './rpc-error.js'

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
      const problem = req.method === 'POST' ? whyUnreadable(req) : undefined
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

/**
 * Parsers skip bodies of other types, which a transport could then parse in its own way.
 *
 * @throws {TypeError} for a body that no parser has read.
 */
function whyUnreadable({ headers, body }: ExpressRequest): Unreadable | undefined {
  if (!/^application\/json[ \t]*(?:;|$)/i.test(headers['content-type'] ?? '')) return unreadable.otherType
  if (body !== undefined) return undefined
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
  if (isEmpty) return unreadable.notJson
  throw new TypeError('createMcpAuth: the body is not parsed; put express.json() before this')
}
