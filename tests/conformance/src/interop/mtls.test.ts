import { once } from 'node:events'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fromSocket } from '@sealbearer/core'
import * as fastify from '@sealbearer/fastify'
import createFastify from 'fastify'
import { describe, expect, test } from 'vitest'
import {
  clientIdentity,
  createCertificateAuthenticator,
  otherIdentity,
  serverIdentity,
  type TlsIdentity,
  tokenBoundTo,
} from './certificates.js'
import { frameworks } from './servers.js'

const bound = await tokenBoundTo(clientIdentity.thumbprint)
const unbound = await tokenBoundTo(undefined)
const tls = { ...serverIdentity, requestCert: true, rejectUnauthorized: false }

async function statusOverHttp1(port: number, token: string, identity?: TlsIdentity): Promise<number> {
  const client = request({
    ...{ host: '127.0.0.1', port, path: '/orders', agent: false, rejectUnauthorized: false },
    ...(identity && { key: identity.key, cert: identity.cert }),
    headers: { authorization: `Bearer ${token}` },
  })
  client.end()
  const [response] = await once(client, 'response')
  response.resume()
  return response.statusCode
}

async function statusOverHttp2(port: number, token: string, identity?: TlsIdentity): Promise<number> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    rejectUnauthorized: false,
    ...(identity && { key: identity.key, cert: identity.cert }),
  })
  const stream = session.request({ ':path': '/orders', authorization: `Bearer ${token}` })
  const [headers] = await once(stream, 'response')
  session.destroy()
  return headers[':status']
}

async function expectBound(
  statusOf: (token: string, identity?: TlsIdentity) => Promise<number>,
): Promise<void> {
  expect({
    'the right certificate': await statusOf(bound, clientIdentity),
    'another certificate': await statusOf(bound, otherIdentity),
    'no certificate': await statusOf(bound),
    'a token that is not bound': await statusOf(unbound),
    'a token that is not bound, and a certificate': await statusOf(unbound, clientIdentity),
  }).toEqual({
    'the right certificate': 200,
    'another certificate': 401,
    'no certificate': 401,
    'a token that is not bound': 200,
    'a token that is not bound, and a certificate': 200,
  })
}

test.each([
  ['HTTP/1.1', statusOverHttp1],
  ['HTTP/2', statusOverHttp2],
] as const)('RFC 8705 on a server of Fastify’s own, over %s', async (_, statusOf) => {
  const authenticator = createCertificateAuthenticator(fromSocket())
  const app = createFastify({ http2: true, https: { ...tls, allowHTTP1: true } })
  await app.register(fastify.sealbearer, { authenticator, protect: true })
  app.get('/orders', async () => 'orders')
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  await expectBound((token, identity) => statusOf(Number(port), token, identity))
  await app.close()
})

describe.each(Object.entries(frameworks))('RFC 8705 on a socket of %s', (name, framework) => {
  const versions =
    name === 'Express' || name === 'Fastify' ? (['HTTP/1.1'] as const) : (['HTTP/1.1', 'HTTP/2'] as const)

  test.each(versions)('over %s', async (version) => {
    const listener = await framework(createCertificateAuthenticator(fromSocket()))
    const server =
      version === 'HTTP/1.1'
        ? createServer(tls, listener)
        : createSecureServer(tls, (incoming, outgoing) => listener(incoming as never, outgoing as never))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A server on TCP has an address of this kind.
    const { port } = server.address() as AddressInfo
    const statusOf = version === 'HTTP/1.1' ? statusOverHttp1 : statusOverHttp2
    await expectBound((token, identity) => statusOf(port, token, identity))
    await new Promise((resolve) => server.close(resolve))
  })
})
