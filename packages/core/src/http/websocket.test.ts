import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handSign } from '../../test-kit/hand-made.js'
import { audience, goodClaims, issuer, now } from '../../test-kit/parties.js'
import { bytes, testKey } from '../../test-kit/test-keys.js'
import { createVerifier } from '../jwt/verifier.js'
import { createAuthenticator } from './authenticator.js'
import { refuseUpgrade } from './node-response.js'

const keys = await testKey('HS256')
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience,
    typ: 'at+jwt',
    now,
    signature: { algorithms: ['HS256'], keys },
  }),
})
const sign = (claims: object = {}, first?: number): string =>
  handSign({ alg: 'HS256', typ: 'at+jwt' }, { ...goodClaims, scope: 'chat', ...claims }, bytes(32, first))

/** All that a browser can send with a handshake (RFC 6455 §4.1). */
const tokenOfProtocols = (header: string | undefined): string | undefined => {
  const [name, token] = (header ?? '').split(',').map((text) => text.trim())
  return name === 'bearer' ? token : undefined
}

const server = createServer().on('upgrade', async (incoming, socket) => {
  const token = tokenOfProtocols(incoming.headers['sec-websocket-protocol'])
  const outcome = await authenticator.authenticateToken(token, { scope: 'chat' })
  if (!outcome.ok) return refuseUpgrade(socket, outcome)
  // The token must not come back as the protocol chosen.
  socket.end(
    'HTTP/1.1 101 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: bearer\r\n\r\n',
  )
})
let port = 0
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The address of a listening server includes a port.
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

function handshake(
  protocols: string | undefined,
): Promise<{ status: number; challenge: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...(protocols !== undefined && { 'sec-websocket-protocol': protocols }),
    }
    const sent = request({ port, host: '127.0.0.1', headers, agent: false })
    sent.on('upgrade', ({ statusCode = 0 }, socket) => {
      socket.destroy()
      resolve({ status: statusCode, challenge: undefined })
    })
    sent.on('response', (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, challenge: response.headers['www-authenticate'] })
    })
    sent.on('error', reject).end()
  })
}

test.each([
  { title: 'a good token', protocols: () => `bearer, ${sign()}`, status: 101 },
  { title: 'no protocols', protocols: () => undefined, status: 401, error: undefined },
  { title: 'another protocol', protocols: () => `chat, ${sign()}`, status: 401, error: undefined },
  { title: 'no token', protocols: () => 'bearer', status: 401, error: undefined },
  { title: 'a forged token', protocols: () => `bearer, ${sign({}, 9)}`, status: 401, error: 'invalid_token' },
  {
    title: 'a token with more behind it',
    protocols: () => `bearer, ${sign()}.x`,
    status: 401,
    error: 'invalid_token',
  },
  {
    title: 'an expired token',
    protocols: () => `bearer, ${sign({ exp: goodClaims.iat })}`,
    status: 401,
    error: 'invalid_token',
  },
  {
    title: 'a token without the scope',
    protocols: () => `bearer, ${sign({ scope: 'read' })}`,
    status: 403,
    error: 'insufficient_scope',
  },
])('a handshake with $title among its subprotocols: $status', async ({ protocols, status, error }) => {
  const answered = await handshake(protocols())
  expect(answered.status).toBe(status)
  if (status === 101) return
  expect(answered.challenge).toMatch(/^Bearer/)
  expect(/error="(\w+)"/.exec(answered.challenge ?? '')?.[1]).toBe(error)
})

test.each([
  { title: 'the token', params: { token: sign() }, code: 'accepted' },
  { title: 'none', params: {}, code: 'SB_CREDENTIALS_MISSING' },
  { title: 'an empty one', params: { token: '' }, code: 'SB_CREDENTIALS_MISSING' },
  { title: 'null', params: { token: null }, code: 'SB_CREDENTIALS_MISSING' },
  { title: 'a list', params: { token: [sign()] }, code: 'SB_CREDENTIALS_MALFORMED' },
  { title: 'an object', params: { token: { token: sign() } }, code: 'SB_CREDENTIALS_MALFORMED' },
  { title: 'true', params: { token: true }, code: 'SB_CREDENTIALS_MALFORMED' },
  {
    title: 'one bound to a key',
    params: { token: sign({ cnf: { jkt: 'a' } }) },
    code: 'SB_CONFIRMATION_REQUIRED',
  },
])(
  'connection parameters, as a client sends them in its first message, with $title: $code',
  async ({ params, code }) => {
    const { token } = JSON.parse(JSON.stringify(params))
    const outcome = await authenticator.authenticateToken(token, { scope: 'chat' })
    expect(outcome.ok ? 'accepted' : outcome.error.code).toBe(code)
  },
)
