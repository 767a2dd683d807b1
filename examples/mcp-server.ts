// An MCP server on Express, with a tool that needs a wider scope. Run it with `npx tsx mcp-server.ts`.
// npm install @sealbearer/core @sealbearer/express @sealbearer/mcp @modelcontextprotocol/node @modelcontextprotocol/server express
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { createAuthenticator, createVerifier, discoverIssuer } from '@sealbearer/core'
import { requireAuth, serve } from '@sealbearer/express'
import { createMcpAuth } from '@sealbearer/mcp'
import express from 'express'

const { ISSUER = 'https://auth.example.com', PORT = '3000' } = process.env
const identifier = 'https://mcp.example.com/mcp' // the public address of this server
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: identifier,
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
  resource: { identifier, authorizationServers: [issuer], scopes: ['mcp:use', 'orders:write'] },
  profile: 'mcp',
})
const requirement = { scope: 'mcp:use' }
const mcp = createMcpAuth(authenticator, { requirement, tools: { delete_order: { scope: 'orders:write' } } })

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'orders', version: '1.0.0' })
  server.registerTool('list_orders', { description: 'Lists orders' }, async ({ http }) =>
    said(`orders of ${http?.authInfo?.clientId}`),
  )
  server.registerTool('delete_order', { description: 'Deletes an order' }, async ({ http }) =>
    said(`deleted for ${http?.authInfo?.clientId}`),
  )
  return server
})
const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })

const app = express()
// Clients find the authorization server here; every refusal names the address.
app.all(authenticator.metadata.path ?? '', serve(authenticator.metadata))
const handle = toNodeHandler(handler)
app.post('/mcp', requireAuth(authenticator, requirement), express.json(), mcp.express, (req, res) =>
  handle(req, res, req.body),
)
export const server = app.listen(Number(PORT))
