import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { createMcpHandler, McpServer as McpServer2 } from '@modelcontextprotocol/server'
import type { Authenticator } from '@sealbearer/core'
import { requireAuth as forExpress, serve as serveExpress } from '@sealbearer/express'
import sealbearer, { serve as serveFastify } from '@sealbearer/fastify'
import { requireAuth as forHono, serve as serveHono } from '@sealbearer/hono'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { createMcpAuth, type McpVariable } from '../index.js'

const requirement = { scope: 'mcp:use' }
const tools = { delete_order: { scope: 'orders:write' } }

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })

/** A server on version 1 of the SDK. */
export function serverV1(): McpServer {
  const server = new McpServer({ name: 'orders', version: '1.0.0' })
  server.registerTool('list_orders', { description: 'Lists orders' }, async ({ authInfo }) =>
    said(`listed for ${authInfo?.clientId}`),
  )
  server.registerTool('delete_order', { description: 'Deletes an order' }, async ({ authInfo }) =>
    said(`deleted for ${authInfo?.clientId}`),
  )
  return server
}

/** A server on version 2 of the SDK. */
function serverV2(): McpServer2 {
  const server = new McpServer2({ name: 'orders', version: '1.0.0' })
  server.registerTool('list_orders', { description: 'Lists orders' }, async ({ http }) =>
    said(`listed for ${http?.authInfo?.clientId}`),
  )
  server.registerTool('delete_order', { description: 'Deletes an order' }, async ({ http }) =>
    said(`deleted for ${http?.authInfo?.clientId}`),
  )
  return server
}

type NodeHandler = (req: IncomingMessage, res: ServerResponse, body: unknown) => Promise<void>

/** Each version of the SDK, as its own servers take requests. */
const versions: readonly {
  readonly version: number
  readonly node: NodeHandler
  readonly web: (request: Request, mcp: McpVariable) => Promise<Response>
}[] = [
  {
    version: 1,
    async node(req, res, body) {
      const transport = new StreamableHTTPServerTransport()
      await serverV1().connect(transport as Parameters<McpServer['connect']>[0])
      await transport.handleRequest(req, res, body)
    },
    async web(request, mcp) {
      const transport = new WebStandardStreamableHTTPServerTransport()
      await serverV1().connect(transport as Parameters<McpServer['connect']>[0])
      return transport.handleRequest(request, mcp)
    },
  },
  {
    version: 2,
    node: (req, res, body) => {
      // The types of Node leave both open, since answers have neither.
      const incoming = req as typeof req & { method: string; url: string }
      return toNodeHandler(createMcpHandler(serverV2))(incoming, res, body)
    },
    web: (request, mcp) => createMcpHandler(serverV2).fetch(request, mcp),
  },
]

type CreateListener = (authenticator: Authenticator) => Promise<RequestListener>

/** The same MCP server in each framework, on each version of the SDK. */
export const servers: Readonly<Record<string, CreateListener>> = Object.fromEntries(
  versions.flatMap(({ version, node, web }): readonly (readonly [string, CreateListener])[] => [
    [`Express, version ${version} of the SDK`, (authenticator) => onExpress(authenticator, node)],
    [`Fastify, version ${version} of the SDK`, (authenticator) => onFastify(authenticator, node)],
    [`Hono, version ${version} of the SDK`, (authenticator) => onHono(authenticator, web)],
  ]),
)

async function onExpress(authenticator: Authenticator, handle: NodeHandler): Promise<RequestListener> {
  const mcp = createMcpAuth(authenticator, { requirement, tools })
  const app = express()
  if (authenticator.metadata?.path) {
    app.all(authenticator.metadata.path, serveExpress(authenticator.metadata))
  }
  app.post('/mcp', forExpress(authenticator, requirement), express.json(), mcp.express, (req, res) =>
    handle(req, res, req.body),
  )
  return app
}

async function onFastify(authenticator: Authenticator, handle: NodeHandler): Promise<RequestListener> {
  const mcp = createMcpAuth(authenticator, { requirement, tools })
  const app = fastify()
  await app.register(sealbearer, { authenticator })
  if (authenticator.metadata?.path) {
    app.all(authenticator.metadata.path, serveFastify(authenticator.metadata))
  }
  const guards = { onRequest: app.requireAuth(requirement), preHandler: mcp.fastify }
  app.post('/mcp', guards, async (request, reply) => {
    reply.hijack()
    await handle(request.raw, reply.raw, request.body)
  })
  await app.ready()
  return (req, res) => app.routing(req, res)
}

async function onHono(
  authenticator: Authenticator,
  handle: (request: Request, mcp: McpVariable) => Promise<Response>,
): Promise<RequestListener> {
  const mcp = createMcpAuth(authenticator, { requirement, tools })
  const app = new Hono<{ Variables: { mcp: McpVariable } }>()
  if (authenticator.metadata?.path) app.all(authenticator.metadata.path, serveHono(authenticator.metadata))
  app.post('/mcp', forHono(authenticator, requirement), mcp.hono, (c) => handle(c.req.raw, c.var.mcp))
  return getRequestListener(app.fetch)
}

export interface RunningServer {
  readonly url: string
  close(): void
}

/** Listens on a free port first, since the address is the resource's identifier. */
export async function start(create: (url: string) => Promise<RequestListener>): Promise<RunningServer> {
  const server: Server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  server.on('request', await create(url))
  return {
    url,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
