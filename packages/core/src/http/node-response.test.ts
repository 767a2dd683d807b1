import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { refuseUpgrade } from './node-response.js'

test('a client of HTTP reads the answer to a refused upgrade, and the socket ends', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const refusal = {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer realm="u"', 'Set-Cookie': ['a=1', 'b=2'] },
    body: { error: 'invalid_token', error_description: 'not ASCII: ü' },
  } as const
  server.on('upgrade', (_, socket) => refuseUpgrade(socket, refusal))
  const { port } = server.address() as AddressInfo
  const headers = { connection: 'upgrade', upgrade: 'websocket' }
  const asked = request({ port, host: '127.0.0.1', headers }).end()
  const [response] = await once(asked, 'response')
  expect([response.statusCode, response.headers['set-cookie']]).toEqual([401, ['a=1', 'b=2']])
  expect(response.headers['www-authenticate']).toBe('Bearer realm="u"')
  expect(JSON.parse(await text(response))).toEqual(refusal.body)
  if (!response.socket.destroyed) await once(response.socket, 'close')
})
