import {
  Client as Client2,
  ClientCredentialsProvider as Provider2,
  StreamableHTTPClientTransport as Transport2,
} from '@modelcontextprotocol/client'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { createAuthenticator, createVerifier } from '@sealbearer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { client, createAuthorizationServer } from './testing/authorization-server.js'
import { type ProtectedServer, startProtected } from './testing/protected-server.js'
import { servers, start } from './testing/servers.js'

const name = { name: 'agent', version: '1.0.0' }

function refuseOthers(error: unknown): void {
  if (!(error instanceof UnauthorizedError)) throw error
}

/** Someone who consents to what a client asks for. */
function createUser() {
  let tokens: OAuthTokens | undefined
  let verifier = ''
  let asked: URL | undefined
  return {
    redirectUrl: 'http://127.0.0.1/callback',
    clientMetadata: { redirect_uris: ['http://127.0.0.1/callback'] },
    clientInformation: () => ({ client_id: client.clientId, client_secret: client.clientSecret }),
    tokens: () => tokens,
    saveTokens(saved: OAuthTokens): void {
      tokens = saved
    },
    redirectToAuthorization(url: URL): void {
      asked = url
    },
    saveCodeVerifier(saved: string): void {
      verifier = saved
    },
    codeVerifier: () => verifier,
    async consent(): Promise<string> {
      const answer = await fetch(asked ?? expect.unreachable(), { redirect: 'manual' })
      return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
    },
  }
}

interface TestClient {
  call(tool: string): Promise<unknown>
  close(): Promise<void>
}

const clients: Readonly<Record<string, (url: URL, issuer: string) => Promise<TestClient>>> = {
  async 'version 1'(url) {
    const user = createUser()
    const connected = new Client(name)
    const connect = () => {
      const transport = new StreamableHTTPClientTransport(url, { authProvider: user })
      return { transport, done: connected.connect(transport as Parameters<Client['connect']>[0]) }
    }
    const first = connect()
    await first.done.catch(refuseOthers)
    await first.transport.finishAuth(await user.consent())
    const second = connect()
    await second.done
    return {
      async call(tool) {
        try {
          return await connected.callTool({ name: tool })
        } catch (error) {
          refuseOthers(error)
          await second.transport.finishAuth(await user.consent())
          return connected.callTool({ name: tool })
        }
      },
      close: () => connected.close(),
    }
  },
  async 'version 2'(url, expectedIssuer) {
    const connected = new Client2(name)
    const authProvider = new Provider2({ ...client, expectedIssuer })
    await connected.connect(new Transport2(url, { authProvider }))
    return { call: (tool) => connected.callTool({ name: tool }), close: () => connected.close() }
  },
}

describe.each(Object.entries(servers))('%s', (_, createListener) => {
  let server: ProtectedServer
  beforeAll(async () => {
    server = await startProtected(createListener)
  })
  afterAll(() => server?.close())

  const post = async (body: unknown, scope: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await server.authorization.issuer.mint({ scope })}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  test.each(Object.entries(clients))(
    'takes the client of %s from 401 through metadata to a token, a tool and a wider scope',
    async (_, connect) => {
      server.authorization.granted.length = 0
      const connected = await connect(new URL(`${server.url}/mcp`), server.authorization.url)
      expect(await connected.call('list_orders')).toMatchObject({ content: [{ text: 'listed for agent' }] })
      expect(server.authorization.granted).toEqual(['mcp:use'])
      expect(await connected.call('delete_order')).toMatchObject({ content: [{ text: 'deleted for agent' }] })
      expect(server.authorization.granted.at(-1)?.split(' ').sort()).toEqual(['mcp:use', 'orders:write'])
      await connected.close()
    },
  )

  const call = (tool: unknown) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } })

  test('refuses a tool with all the scopes that it needs', async () => {
    const response = await post(call('delete_order'), 'mcp:use')
    expect(response.status).toBe(403)
    const challenge = response.headers.get('www-authenticate')
    expect(challenge).toContain('error="insufficient_scope"')
    expect(challenge).toContain('scope="mcp:use orders:write"')
    expect(challenge).toContain(`resource_metadata="${server.url}/.well-known/oauth-protected-resource/mcp"`)
  })

  test.each<[string, unknown, Record<string, string>]>([
    [
      'behind headers of another tool',
      call('delete_order'),
      { 'mcp-method': 'tools/list', 'mcp-name': 'list_orders' },
    ],
    ['in a batch', [call('list_orders'), call('delete_order')], {}],
    [
      'with the name twice, of which the last counts',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_orders","name":"delete_order"}}',
      {},
    ],
    ['as a notification', { jsonrpc: '2.0', method: 'tools/call', params: { name: 'delete_order' } }, {}],
  ])('refuses a tool %s', async (_, body, headers) => {
    expect((await post(body, 'mcp:use', headers)).status).toBe(403)
    expect((await post(body, 'mcp:use orders:write', headers)).status).not.toBe(403)
  })

  test.each(['__proto__', 'constructor', 'unknown', 7, null, {}])(
    'leaves a tool named %j to the SDK',
    async (tool) => {
      expect((await post(call(tool), 'mcp:use')).status).not.toBe(403)
    },
  )

  test('refuses a token for another resource', async () => {
    const token = await server.authorization.issuer.mint.hostile('other-audience', { scope: 'mcp:use' })
    const response = await post(call('list_orders'), '', { authorization: `Bearer ${token}` })
    expect(response.status).toBe(401)
  })

  test('bounds bodies', async () => {
    const padded = (length: number) => ({ ...call('list_orders'), padding: 'x'.repeat(length) })
    expect((await post(padded(50_000), 'mcp:use')).status).not.toBe(413)
    expect((await post(padded(5_000_000), 'mcp:use')).status).toBe(413)
  })

  test('answers a body that is not JSON with 400', async () => {
    expect((await post('{', 'mcp:use')).status).toBe(400)
  })
})

test.each(Object.entries(servers))('503 stays 503 while the keys are unavailable: %s', async (_, create) => {
  let token = ''
  const server = await start(async (url) => {
    const authorization = await createAuthorizationServer(`${url}/mcp`)
    authorization.close()
    authorization.issuer.outage(true)
    const verifier = createVerifier(authorization.issuer.verifierOptions)
    token = await authorization.issuer.mint({ scope: 'mcp:use' })
    return create(createAuthenticator({ verifier }))
  })
  const response = await fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).not.toBeNull()
  server.close()
})
