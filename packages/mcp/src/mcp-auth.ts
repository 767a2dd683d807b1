import type { Auth, Authenticator, Refused, Requirement } from '@sealbearer/core'
import { getAuth } from '@sealbearer/core/adapter'
import { checkMembers } from '@sealbearer/core/internal'
import { authInfoOf } from './auth-info.js'
import type { Authorize, McpGranted } from './authorize.js'
import { type ExpressHandler, expressHandler } from './express.js'
import { type FastifyHook, fastifyHook } from './fastify.js'
import { type HonoHandler, honoHandler } from './hono.js'
import { assertParsed } from './parsed-body.js'
import { calledTools } from './tool-calls.js'

/** Options of {@link createMcpAuth}. */
export interface McpAuthOptions<Claims = unknown> {
  /**
   * The requirement of the route's guard: challenges for a tool name its scopes too.
   *
   * @default none
   */
  readonly requirement?: Requirement<Claims>
  /**
   * Additional requirements of a tool call, by the name of the tool. Other tools need only a valid token.
   *
   * @default none
   */
  readonly tools?: Readonly<Record<string, Requirement<Claims>>>
}

/** Accepts or refuses tool calls. */
export interface McpAuth<Claims = unknown> {
  /**
   * Checks the tools that a parsed body calls. A rejection is 403 with a challenge that names all scopes of the tool.
   *
   * @param auth The sender, from a guard of the same authenticator.
   * @param body The parsed body. Pass the same value to the SDK: two parsers may read one body differently.
   * @throws {TypeError} for an `auth` of another authenticator, and for a body that is not parsed: text, bytes or a stream.
   */
  authorize(auth: Auth<Claims>, body: unknown): Promise<McpGranted | Refused>
  /** Middleware for Express, after `express.json()` and `requireAuth`. Sets `req.auth` to `authInfo`. */
  readonly express: ExpressHandler
  /** A `preHandler` hook for Fastify, after `app.requireAuth()` as `onRequest`. Sets `request.raw.auth` to `authInfo`. */
  readonly fastify: FastifyHook
  /** Middleware for Hono, after `requireAuth`. Sets `c.var.mcp` to `{ authInfo, parsedBody }`. */
  readonly hono: HonoHandler
}

const scopesOf = ({ scope }: { readonly scope?: Requirement['scope'] }): readonly string[] =>
  scope === undefined ? [] : [scope].flat().flatMap((text) => text.split(' '))

/**
 * Creates the guards for tool calls of an MCP server.
 *
 * Does not authenticate: put a guard of the authenticator before it. Does not check the arguments of tools.
 *
 * @throws {TypeError} for an unknown option or an invalid requirement.
 * @see {@link https://modelcontextprotocol.io/specification MCP, Authorization}
 */
export function createMcpAuth<Claims>(
  authenticator: Authenticator<Claims>,
  options: McpAuthOptions<Claims> = {},
): McpAuth<Claims> {
  checkMembers('createMcpAuth', options, ['requirement', 'tools'])
  const { requirement = {}, tools = {} } = options
  const requirements = new Map(
    Object.entries(tools).map(([name, tool]) => {
      const scope = [...new Set([...scopesOf(requirement), ...scopesOf(tool)])]
      const merged: Requirement<Claims> = { ...requirement, ...tool, ...(scope.length > 0 && { scope }) }
      // Checks the members now: `refuse` reads a requirement as `check` does.
      authenticator.refuse('SB_SCOPE_INSUFFICIENT', merged)
      return [name, merged] as const
    }),
  )
  async function authorize(auth: Auth<Claims>, body: unknown): Promise<McpGranted | Refused> {
    assertParsed(body)
    for (const name of calledTools(body)) {
      const outcome = await authenticator.check(auth, requirements.get(name))
      if (!outcome.ok) return outcome
    }
    return { ok: true, authInfo: authInfoOf(auth) }
  }
  const authorizeOwner: Authorize = (owner, body) => authorize(getAuth(owner, authenticator), body)
  return Object.freeze({
    authorize,
    express: expressHandler(authorizeOwner),
    fastify: fastifyHook(authorizeOwner),
    hono: honoHandler(authorizeOwner),
  })
}
