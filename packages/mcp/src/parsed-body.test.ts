import { Readable } from 'node:stream'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import sealbearer from '@sealbearer/fastify'
import { type FastifyInstance, fastify } from 'fastify'
import { describe, expect, test } from 'vitest'
import { createMcpAuth } from './index.js'
import { assertParsed, whyNoMessage, whyUnreadable } from './parsed-body.js'
import { startProtected } from './testing/protected-server.js'
import { serverV1 } from './testing/servers.js'

const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete_order' } }
const text = JSON.stringify(call)

/** How applications let a transport read the body itself. */
const parsers: Readonly<Record<string, (app: FastifyInstance) => void>> = {
  'nothing is read': (app) =>
    app.addContentTypeParser('application/json', (_request, _payload, done) => done(null)),
  'a stream is left': (app) =>
    app.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload)),
  'bytes are left': (app) =>
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    ),
  'text is left': (app) =>
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    ),
}

const jsonParser = (app: FastifyInstance): void => {
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, JSON.parse(String(body))),
  )
}

/** The answer of a server to a call of a tool that needs another scope. */
async function answered(
  addParser: (app: FastifyInstance) => void,
): Promise<{ status: number; text: string }> {
  const server = await startProtected(async (authenticator) => {
    const requirement = { scope: 'mcp:use' }
    const tools = { delete_order: { scope: 'orders:write' } }
    const mcp = createMcpAuth(authenticator, { requirement, tools })
    const app = fastify()
    app.removeContentTypeParser('application/json')
    addParser(app)
    await app.register(sealbearer, { authenticator })
    const guards = { onRequest: app.requireAuth(requirement), preHandler: mcp.fastify }
    app.post('/mcp', guards, async ({ raw, body }, reply) => {
      reply.hijack()
      const transport = new StreamableHTTPServerTransport()
      await serverV1().connect(transport as Parameters<ReturnType<typeof serverV1>['connect']>[0])
      await transport.handleRequest(
        raw,
        reply.raw,
        body instanceof Buffer ? JSON.parse(String(body)) : undefined,
      )
    })
    await app.ready()
    return (req, res) => app.routing(req, res)
  })
  try {
    const response = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await server.authorization.issuer.mint({ scope: 'mcp:use' })}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: text,
    })
    return { status: response.status, text: await response.text() }
  } finally {
    server.close()
  }
}

describe('a tool is not reached where Fastify has not parsed the body', () => {
  test.each(Object.entries(parsers))('%s', async (_, addParser) => {
    const answer = await answered(addParser)
    expect(answer.text).not.toContain('deleted for')
    expect([400, 500]).toContain(answer.status)
  })

  test('while a parsed one is decided on', async () => {
    expect((await answered(jsonParser)).status).toBe(403)
  })
})

test.each([
  ['text', text],
  ['bytes', Buffer.from(text)],
  ['an array buffer', new TextEncoder().encode(text).buffer],
  ['a stream', Readable.from([text])],
  ['a stream of the web', new Blob([text]).stream()],
  ['a blob', new Blob([text])],
  ['a request', new Request('https://mcp.example.com', { method: 'POST', body: text })],
])('no call is looked for in %s', (_, body) => {
  expect(() => assertParsed(body)).toThrow(TypeError)
})

test.each([undefined, null, 7, true, call, [call], {}, Object.assign(Object.create(null), call)])(
  'what a JSON parser returns is accepted: %j',
  (body) => {
    expect(() => assertParsed(body)).not.toThrow()
  },
)

test.each([null, 7, true, 'text', {}, []])('%j is no message', (body) => {
  expect(whyNoMessage(body)).toMatchObject({ status: 400 })
})

const json = { 'content-type': 'application/json' }
test.each([
  ['GET', {}, undefined, undefined],
  ['POST', json, call, undefined],
  ['POST', json, [call], undefined],
  ['POST', json, {}, 400],
  ['POST', json, undefined, 400],
  ['POST', { 'content-type': 'text/plain' }, call, 415],
  ['POST', {}, call, 415],
])('%s with %j and the body %j', (method, headers, body, status) => {
  expect(whyUnreadable({ method, headers, body })?.status).toBe(status)
})

test.each([{ 'content-length': '5' }, { 'transfer-encoding': 'chunked' }])(
  'a body that no parser has read is a defect: %j',
  (length) => {
    expect(() => whyUnreadable({ method: 'POST', headers: { ...json, ...length } })).toThrow(TypeError)
  },
)
