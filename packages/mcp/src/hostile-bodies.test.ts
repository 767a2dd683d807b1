import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProtectedServer, startProtected } from './testing/protected-server.js'
import { servers } from './testing/servers.js'

const call = (name: unknown) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })

/** JSON texts that a parser, or whoever copies what it returns, may read as a call of the tool. */
const bodies: Readonly<Record<string, (tool: string) => string>> = {
  'a call': (tool) => JSON.stringify(call(tool)),
  'a batch': (tool) => JSON.stringify([call('list_orders'), call(tool)]),
  'a batch in a batch': (tool) => JSON.stringify([[call(tool)]]),
  'a long batch': (tool) => JSON.stringify([...Array(50).fill(call('list_orders')), call(tool)]),
  'the method twice': (tool) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"${tool}"}}`,
  'the params twice': (tool) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_orders"},"params":{"name":"${tool}"}}`,
  'an escaped member': (tool) =>
    String.raw`{"jsonrpc":"2.0","id":1,"m\u0065thod":"tools\/call","params":{"n\u0061me":"${tool}"}}`,
  'a name in a prototype': (tool) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{"name":"${tool}"}}}`,
  'a name over that of a prototype': (tool) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_orders","__proto__":{"name":"${tool}"}}}`,
  'params in a prototype': (tool) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","__proto__":{"params":{"name":"${tool}"}}}`,
  'a method in a prototype': (tool) =>
    `{"jsonrpc":"2.0","id":1,"params":{"name":"${tool}"},"__proto__":{"method":"tools/call"}}`,
  'a message in a prototype': (tool) => `{"__proto__":${JSON.stringify(call(tool))}}`,
  'params of a constructor': (tool) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"constructor":{"prototype":{"name":"${tool}"}}}}`,
  'a list of names': (tool) => JSON.stringify(call([tool])),
  'a list of params': (tool) => JSON.stringify({ ...call(tool), params: [{ name: tool }] }),
  'a byte order mark': (tool) => `\ufeff${JSON.stringify(call(tool))}`,
  'white space around it': (tool) => `\r\n\t ${JSON.stringify(call(tool))} \n`,
  'a deep argument': (tool) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}","arguments":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}}`,
}

const types = [
  'application/json',
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'text/plain',
  'text/plain; application/json',
  'application/jsonx',
  'application/json-rpc, application/json',
  'application/vnd.api+json',
  'multipart/form-data; boundary=application/json',
  'application/x-www-form-urlencoded',
  undefined,
]

describe.each(Object.entries(servers))('%s', (_, createListener) => {
  let server: ProtectedServer
  beforeAll(async () => {
    server = await startProtected(createListener)
  })
  afterAll(() => server?.close())

  const post = async (body: string, scope: string, type?: string, encoding = 'utf8') => {
    const response = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await server.authorization.issuer.mint({ scope })}`,
        accept: 'application/json, text/event-stream',
        ...(type !== undefined && { 'content-type': type }),
      },
      // Bytes, for which fetch adds no type of its own.
      body: new Uint8Array(Buffer.from(body, encoding as BufferEncoding)),
    })
    return { status: response.status, text: await response.text() }
  }

  test.each(Object.entries(bodies))('%s never reaches a tool without its scope', async (_, write) => {
    const answer = await post(write('delete_order'), 'mcp:use', 'application/json')
    expect(answer.text).not.toContain('deleted for')
    expect(answer.status).toBeLessThan(500)
  })

  test.each(types)('a body of the type %s never reaches a tool without its scope', async (type) => {
    const answer = await post(JSON.stringify(call('delete_order')), 'mcp:use', type)
    expect(answer.text).not.toContain('deleted for')
    expect(answer.status).toBeLessThan(500)
  })

  test('nor does one in UTF-16', async () => {
    const body = JSON.stringify(call('delete_order'))
    const answer = await post(body, 'mcp:use', 'application/json; charset=utf-16le', 'utf16le')
    expect(answer.text).not.toContain('deleted for')
    expect(answer.status).toBeLessThan(500)
  })

  test.each(['application/json', 'text/plain', undefined])('an empty body of the type %s', async (type) => {
    const { status } = await post('', 'mcp:use', type)
    expect([400, 415]).toContain(status)
  })

  test('with its scope a tool is reached', async () => {
    const answer = await post(
      JSON.stringify(call('delete_order')),
      'mcp:use orders:write',
      'application/json',
    )
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('deleted for') })
  })
})
