import type { McpAuthInfo } from './auth-info.js'
import type { Authorize } from './authorize.js'

/** The second argument of the SDK's `handler.fetch(request, …)`. */
export interface McpVariable {
  readonly authInfo: McpAuthInfo
  readonly parsedBody: unknown
}

interface HonoContext {
  readonly req: { readonly method: string; json(): Promise<unknown> }
  readonly var: object
  set(name: 'mcp', value: McpVariable): void
}

/** A middleware of Hono. */
export type HonoHandler = (c: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>

/** The answer of JSON-RPC 2.0 §5.1 to a body that is not JSON. */
const parseError = { jsonrpc: '2.0', id: null, error: { code: -32_700, message: 'Parse error' } }

export function honoHandler(authorize: Authorize): HonoHandler {
  return async (c, next) => {
    let parsedBody: unknown
    try {
      parsedBody = await bodyOf(c)
    } catch {
      return Response.json(parseError, { status: 400 })
    }
    const outcome = await authorize(c, parsedBody)
    if (!outcome.ok) return outcome.error.getResponse()
    c.set('mcp', { authInfo: outcome.authInfo, parsedBody })
    await next()
    return undefined
  }
}

/** The SDK's own app for Hono has parsed the body already. */
async function bodyOf({ req, var: variables }: HonoContext): Promise<unknown> {
  if ('parsedBody' in variables) return variables.parsedBody
  return req.method === 'POST' ? req.json() : undefined
}
