import { once } from 'node:events'
import { type ClientHttp2Session, connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { handSign } from '../../test-kit/hand-made.js'
import { audience, goodClaims, issuer, now } from '../../test-kit/parties.js'
import { proof, proofPair } from '../../test-kit/proofs.js'
import { bytes, testKey } from '../../test-kit/test-keys.js'
import { createVerifier } from '../jwt/verifier.js'
import { createMemoryStore } from '../stores/memory-store.js'
import { createAuthenticator } from './authenticator.js'
import { cookie } from './cookie-credentials.js'
import { bearer } from './credentials.js'
import { dpop } from './dpop.js'
import { nodeAuthRequest } from './node-request.js'

const pair = proofPair()
const header = { alg: 'HS256', typ: 'at+jwt' }
const token = handSign(header, goodClaims, bytes(32))
const bound = handSign(header, { ...goodClaims, cnf: { jkt: pair.jkt } }, bytes(32))
const keys = await testKey('HS256')
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience,
    typ: 'at+jwt',
    now,
    signature: { algorithms: ['HS256'], keys },
  }),
  credentials: [
    dpop({ origin: audience, replay: createMemoryStore({ now }), now }),
    bearer(),
    cookie('access'),
  ],
})

const server = createServer(async (request, response) => {
  // As behind a proxy that terminates TLS.
  const outcome = await authenticator.authenticate(nodeAuthRequest(request, true))
  response.end(outcome.ok ? 'accepted' : outcome.error.code)
})
let client: ClientHttp2Session

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The address of a listening server includes a port.
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(() => {
  client.close()
  server.close()
})

async function send(headers: Readonly<Record<string, string | readonly string[]>>): Promise<string> {
  const stream = client.request({ ':authority': 'api.example.com', ':path': '/orders', ...headers })
  stream.setEncoding('utf8').end()
  let body = ''
  for await (const chunk of stream) body += chunk
  return body
}

describe('on HTTP/2', () => {
  const posted = { ':method': 'POST', cookie: `access=${token}` }

  test.each([
    { title: 'its own origin', headers: { origin: 'https://api.example.com' }, answer: 'accepted' },
    { title: 'another host', headers: { origin: 'https://app.example.com' }, answer: 'SB_CSRF' },
    { title: 'its own host over HTTP', headers: { origin: 'http://api.example.com' }, answer: 'SB_CSRF' },
    {
      title: 'the origin of another authority',
      headers: { ':authority': 'evil.example', origin: 'https://api.example.com' },
      answer: 'SB_CSRF',
    },
    {
      title: 'its own origin, with a port',
      headers: { ':authority': 'api.example.com:8443', origin: 'https://api.example.com:8443' },
      answer: 'accepted',
    },
    { title: 'no origin', headers: {}, answer: 'SB_CSRF' },
    {
      title: 'its own origin, in a header host too',
      headers: { host: 'api.example.com', origin: 'https://api.example.com' },
      answer: 'accepted',
    },
    {
      title: 'the origin of a header host that differs',
      headers: { host: 'evil.example', origin: 'https://evil.example' },
      answer: 'SB_CSRF',
    },
  ])('a page may send the cookie from its own origin, by :authority: $title', async ({ headers, answer }) => {
    expect(await send({ ...posted, ...headers })).toBe(answer)
  })

  test('a cookie in pieces is one cookie header', async () => {
    const pieces = ['a=1', `access=${token}`, 'b=2']
    expect(await send({ cookie: pieces })).toBe('accepted')
    expect(await send({ cookie: [...pieces, 'access=another'] })).toBe('SB_CREDENTIALS_REPEATED')
  })

  test.each([
    { title: 'the target', claims: {}, answer: 'accepted' },
    { title: 'another path', claims: { htu: `${audience}/other` }, answer: 'SB_PROOF_INVALID' },
    { title: 'another method', claims: { htm: 'POST' }, answer: 'SB_PROOF_INVALID' },
    {
      title: 'the authority of the request, which is not the origin of the server',
      authority: 'evil.example',
      claims: { htu: 'https://evil.example/orders' },
      answer: 'SB_PROOF_INVALID',
    },
    {
      title: 'the origin of the server, whatever the authority',
      authority: 'internal:8080',
      claims: {},
      answer: 'accepted',
    },
  ])('a proof is for $title: $answer', async ({ authority = 'api.example.com', claims, answer }) => {
    const dpopHeader = proof(pair, bound, { claims })
    expect(await send({ ':authority': authority, authorization: `DPoP ${bound}`, dpop: dpopHeader })).toBe(
      answer,
    )
  })

  test('two proofs are refused', async () => {
    const dpopHeaders = [proof(pair, bound), proof(pair, bound)]
    expect(await send({ authorization: `DPoP ${bound}`, dpop: dpopHeaders })).toMatch(/^SB_PROOF_/)
  })
})
