import { readText } from '@sealbearer/core/internal'
import type { McpAuthInfo } from './auth-info.js'
import type { Authorize } from './authorize.js'
import { whyNoMessage } from './parsed-body.js'
import { unreadable } from './rpc-error.js'

/** The second argument of the SDK's `handler.fetch(request, …)`. */
export interface McpVariable {
  readonly authInfo: McpAuthInfo
  readonly parsedBody: unknown
}

interface HonoContext {
  readonly req: { readonly method: string; raw: Request; json(): Promise<unknown> }
  readonly var: object
  set(name: 'mcp', value: McpVariable): void
}

/** Middleware for Hono. */
export type HonoHandler = (c: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>

/** The limit of the SDK's own transports. */
const maxBodyBytes = 4 * 1024 * 1024

export function honoHandler(authorize: Authorize): HonoHandler {
  return async (c, next) => {
    let parsedBody: unknown
    try {
      parsedBody = await bodyOf(c)
    } catch (error) {
      const { status, body } = error instanceof RangeError ? unreadable.tooLarge : unreadable.notJson
      return Response.json(body, { status })
    }
    const problem = c.req.method === 'POST' ? whyNoMessage(parsedBody) : undefined
    if (problem !== undefined) return Response.json(problem.body, { status: problem.status })
    const outcome = await authorize(c, parsedBody)
    if (!outcome.ok) return outcome.error.getResponse()
    c.set('mcp', { authInfo: outcome.authInfo, parsedBody })
    await next()
    return undefined
  }
}

/** In the SDK's own app for Hono, the body is already parsed, unless it is of another type. */
async function bodyOf({ req, var: variables }: HonoContext): Promise<unknown> {
  if ('parsedBody' in variables && variables.parsedBody !== undefined) return variables.parsedBody
  if (req.method !== 'POST') return undefined
  // Other middleware may have read it; Hono then has a copy.
  if (!req.raw.bodyUsed) req.raw = new Request(req.raw, { body: await readText(req.raw.body, maxBodyBytes) })
  return req.json()
}
