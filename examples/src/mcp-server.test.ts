import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expectRefused } from '@sealbearer/testing'
import { expect, test } from 'vitest'
import {
  bearerHeaders,
  createRecipeIssuer,
  loadRecipe,
  type ServerRecipe,
  startServer,
  testRecipe,
  urlOf,
} from './testing/recipe.js'

const audience = 'https://mcp.example.com/mcp'
const metadata = 'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"'

/** Calls a tool as a client without a session does. */
const call = (url: string, name: string, token?: string): Promise<Response> =>
  fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...bearerHeaders(token),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }),
  })

testRecipe<ServerRecipe>('mcp-server.ts', {
  audience,
  scope: 'mcp:use',
  async start({ server }) {
    const url = await urlOf(server)
    const { close } = await startServer('/mcp')({ server })
    return { ask: (token) => call(url, 'list_orders', token), close }
  },
})

test('mcp-server.ts leads a client to the authorization server, and asks for the scopes of a tool', async () => {
  const issuer = await createRecipeIssuer(audience)
  const { server } = await loadRecipe<ServerRecipe>('mcp-server.ts', { ISSUER: await issuer.listen() })
  const { close } = await startServer('/mcp')({ server })
  const url = await urlOf(server)

  expect((await call(url, 'list_orders')).headers.get('www-authenticate')).toContain(metadata)
  expect(await (await fetch(`${url}/.well-known/oauth-protected-resource/mcp`)).json()).toMatchObject({
    resource: audience,
    authorization_servers: [issuer.issuer],
  })

  const refused = await call(url, 'delete_order', await issuer.mint({ scope: 'mcp:use' }))
  expectRefused(refused, 'SB_SCOPE_INSUFFICIENT')
  expect(refused.headers.get('www-authenticate')).toContain('scope="mcp:use orders:write"')

  const client = new Client({ name: 'agent', version: '1.0.0' })
  const headers = bearerHeaders(await issuer.mint({ scope: 'mcp:use orders:write' }))
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }))
  expect(await client.callTool({ name: 'delete_order' })).toMatchObject({
    content: [{ text: 'deleted for test-client' }],
  })
  await client.close()
  await close()
  await issuer.close()
})
