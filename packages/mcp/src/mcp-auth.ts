import type { Auth, Authenticator, Refused, Requirement } from '@sealbearer/core'
import { getAuth } from '@sealbearer/core/adapter'
import { checkMembers } from '@sealbearer/core/internal'
import { authInfoOf } from './auth-info.js'
import type { Authorize, McpGranted } from './authorize.js'
import { type ExpressHandler, expressHandler } from './express.js'
import { type FastifyHook, fastifyHook } from './fastify.js'
import { type HonoHandler, honoHandler } from './hono.js'
import { calledTools } from './tool-calls.js'

/** What the tools of a server require. */
export interface McpAuthOptions<Claims = unknown> {
  /**
   * What the guard of the route requires already: a challenge for a tool names these scopes too.
   *
   * @default nothing
   */
  readonly requirement?: Requirement<Claims>
  /**
   * What a call of a tool requires beside that, by the tool's name. Other tools require a valid token alone.
   *
   * @default none
   */
  readonly tools?: Readonly<Record<string, Requirement<Claims>>>
}

/** Accepts or refuses tool calls. */
export interface McpAuth<Claims = unknown> {
  /**
   * Checks the tools that a parsed body calls. A refusal is 403 with a challenge that names every scope the tool needs.
   *
   * @param auth What the guard of the same authenticator has accepted.
   * @param body The parsed body. Pass the same value to the SDK: two parsers may read one body differently.
   * @throws {TypeError} for an `auth` of another authenticator.
   */
  authorize(auth: Auth<Claims>, body: unknown): Promise<McpGranted | Refused>
  /** Middleware for Express, behind `express.json()` and `requireAuth`. Leaves `authInfo` in `req.auth`. */
  readonly express: ExpressHandler
  /** A `preHandler` hook for Fastify, behind `app.requireAuth()` as `onRequest`. Leaves `authInfo` in `request.raw.auth`. */
  readonly fastify: FastifyHook
  /** Middleware for Hono, behind `requireAuth`. Leaves `{ authInfo, parsedBody }` in `c.var.mcp`. */
  readonly hono: HonoHandler
}

const scopesOf = ({ scope }: { readonly scope?: Requirement['scope'] }): readonly string[] =>
  scope === undefined ? [] : [scope].flat().flatMap((text) => text.split(' '))

/**
 * Creates the guards for tool calls of an MCP server.
 *
 * It does not authenticate: put a guard of the authenticator before it. It does not check arguments.
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
