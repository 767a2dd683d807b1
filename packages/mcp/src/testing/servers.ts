import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
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
  server.registerTool('list_orders', {}, async ({ authInfo }) => said(`listed for ${authInfo?.clientId}`))
  server.registerTool('delete_order', {}, async ({ authInfo }) => said(`deleted for ${authInfo?.clientId}`))
  return server
}

/** A server on version 2 of the SDK. */
function serverV2(): McpServer2 {
  const server = new McpServer2({ name: 'orders', version: '1.0.0' })
  server.registerTool('list_orders', {}, async ({ http }) => said(`listed for ${http?.authInfo?.clientId}`))
  server.registerTool('delete_order', {}, async ({ http }) => said(`deleted for ${http?.authInfo?.clientId}`))
  return server
}

async function handleV1(req: IncomingMessage, res: ServerResponse, body: unknown): Promise<void> {
  const transport = new StreamableHTTPServerTransport()
  await serverV1().connect(transport as Parameters<McpServer['connect']>[0])
  await transport.handleRequest(req, res, body)
}

/** The same MCP server in each framework. */
export const servers: Readonly<Record<string, (authenticator: Authenticator) => Promise<RequestListener>>> = {
  async 'Express, version 1 of the SDK'(authenticator) {
    const mcp = createMcpAuth(authenticator, { requirement, tools })
    const app = express()
    if (authenticator.metadata?.path)
      app.get(authenticator.metadata.path, serveExpress(authenticator.metadata))
    app.post('/mcp', requireAuthExpress(authenticator), express.json(), mcp.express, (req, res) =>
      handleV1(req, res, req.body),
    )
    return app
  },

  async 'Fastify, version 1 of the SDK'(authenticator) {
    const mcp = createMcpAuth(authenticator, { requirement, tools })
    const app = fastify()
    await app.register(sealbearer, { authenticator })
    if (authenticator.metadata?.path)
      app.get(authenticator.metadata.path, serveFastify(authenticator.metadata))
    const guards = { onRequest: app.requireAuth(requirement), preHandler: mcp.fastify }
    app.post('/mcp', guards, async (request, reply) => {
      reply.hijack()
      await handleV1(request.raw, reply.raw, request.body)
    })
    await app.ready()
    return (req, res) => app.routing(req, res)
  },

  async 'Hono, version 2 of the SDK'(authenticator) {
    const mcp = createMcpAuth(authenticator, { requirement, tools })
    const handler = createMcpHandler(serverV2)
    const app = new Hono<{ Variables: { mcp: McpVariable } }>()
    if (authenticator.metadata?.path) app.get(authenticator.metadata.path, serveHono(authenticator.metadata))
    app.post('/mcp', forHono(authenticator, requirement), mcp.hono, (c) =>
      handler.fetch(c.req.raw, c.var.mcp),
    )
    return getRequestListener(app.fetch)
  },
}

const requireAuthExpress = (authenticator: Authenticator) => forExpress(authenticator, requirement)

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
