import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { audience, goodClaims, issuer, now, nowSeconds } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { isSealbearerError } from '../errors.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { signJws } from '../jws/sign.js'
import { generateKey } from '../keys/generate.js'
import { publicJwks } from '../keys/jwk-set.js'
import { createKeySet } from '../keys/key-set.js'
import { createIntrospectionVerifier, type IntrospectionVerifierOptions } from './introspection.js'
import { createVerifier } from './verifier.js'

const mediaType = 'application/token-introspection+jwt'
const key = await generateKey('ES256')
const strange = await generateKey('ES256', { kid: `${key.kid}` })
const signature = { algorithms: ['ES256'] as const, keys: await createKeySet(publicJwks(key)) }
const active = { active: true, ...goodClaims, scope: 'orders:read' }
const answer = { iss: issuer, aud: audience, iat: nowSeconds, token_introspection: active }

/** What the endpoint answers with, and what it was asked for. */
let body: string
let type: string
let accepted: string | undefined

const server = createServer((request, response) => {
  accepted = request.headers.accept
  response.writeHead(200, { 'content-type': type })
  response.end(body)
})
let endpoint: string
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server on TCP has an address of this kind.
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(async () => {
  type = mediaType
  body = await sign(answer)
})

const sign = (
  claims: object,
  header: object = { typ: 'token-introspection+jwt' },
  by = key,
): Promise<string> =>
  signJws(new TextEncoder().encode(JSON.stringify(claims)), {
    algorithm: 'ES256',
    key: by,
    protectedHeader: untyped(header),
  })

const create = (options: Partial<IntrospectionVerifierOptions> = {}) =>
  createIntrospectionVerifier({
    ...{ issuer, audience, endpoint, now },
    clientAuthentication: { clientId: 'api', clientSecret: 'a secret of this test' },
    signedResponse: { signature },
    ...options,
  })
const outcome = (verifier: ReturnType<typeof create>) =>
  verifier.verify('opaque').then(
    () => 'accepted',
    (error: unknown) =>
      isSealbearerError(error) ? `${error.code} ${error.parameter ?? ''}`.trim() : String(error),
  )

test('RFC 9701 §4, §5: asks for a JWT, and reads the answer in it', async () => {
  const { claims } = await create().verify('opaque')
  expect(claims).toEqual({ ...goodClaims, scope: 'orders:read' })
  expect(accepted).toBe(mediaType)
})

test('accepts a response for the client of the endpoint', async () => {
  body = await sign({ ...answer, aud: 'api' })
  expect(await outcome(create())).toBe('accepted')
  expect(await outcome(create({ audience: { only: audience } }))).toBe('accepted')
  body = await sign({ ...answer, aud: ['x', 'y'] })
  expect(await outcome(create({ audience: 'any' }))).toBe('accepted')
})

describe('RFC 9701 §5: an answer is refused, and the token is not to blame,', () => {
  const failed = (cause: string) => `SB_INTROSPECTION_FAILED ${cause}`
  test.each<[string, () => Promise<string>, string]>([
    [
      'without a signature',
      async () => `${btoa('{"alg":"none"}').replaceAll('=', '')}.e30.`,
      'response: SB_ALG_NOT_ALLOWED',
    ],
    ['signed by another key', () => sign(answer, undefined, strange), 'response: SB_INTEGRITY_FAILED'],
    ['with another typ', () => sign(answer, { typ: 'at+jwt' }), 'response: SB_TYP_MISMATCH'],
    ['without typ', () => sign(answer, {}), 'response: SB_TYP_MISMATCH'],
    [
      'of another issuer',
      () => sign({ ...answer, iss: 'https://evil.example' }),
      'response: SB_ISSUER_MISMATCH',
    ],
    ['without iss', () => sign({ ...answer, iss: undefined }), 'response: SB_CLAIM_MISSING'],
    [
      'for another resource server',
      () => sign({ ...answer, aud: 'https://other.example' }),
      'response: SB_AUDIENCE_MISMATCH',
    ],
    ['without aud', () => sign({ ...answer, aud: undefined }), 'response: SB_CLAIM_MISSING'],
    ['without iat', () => sign({ ...answer, iat: undefined }), 'response: SB_CLAIM_MISSING'],
    ['that is old', () => sign({ ...answer, iat: nowSeconds - 66 }), 'response: SB_TOKEN_TOO_OLD'],
    ['of the future', () => sign({ ...answer, iat: nowSeconds + 6 }), 'response: SB_TOKEN_NOT_YET_VALID'],
    ['without token_introspection', () => sign({ ...answer, token_introspection: undefined }), 'response'],
    ['with a list in it', () => sign({ ...answer, token_introspection: [active] }), 'response'],
    ['with text in it', () => sign({ ...answer, token_introspection: JSON.stringify(active) }), 'response'],
    ['with active beside it', () => sign({ ...answer, ...active, token_introspection: {} }), 'response'],
    ['that is the token itself', async () => 'opaque', 'response: SB_TOKEN_MALFORMED'],
    ['as plain JSON', async () => '{"active":true}', 'response: SB_TOKEN_MALFORMED'],
  ])('%s', async (_, make, cause) => {
    const good = body
    body = await make()
    expect(await outcome(create())).toBe(failed(cause))
    body = good
    expect(await outcome(create())).toBe('accepted')
  })

  test('under another media type', async () => {
    type = 'application/json'
    expect(await outcome(create())).toBe(failed('media-type application/json'))
    body = JSON.stringify(active)
    expect(await outcome(create())).toBe(failed('media-type application/json'))
    expect(await outcome(create({ signedResponse: undefined }))).toBe('accepted')
    type = `${mediaType}; charset=utf-8`
    body = await sign(answer)
    expect(await outcome(create())).toBe('accepted')
    expect(await outcome(create({ signedResponse: undefined }))).toBe(failed(`media-type ${mediaType}`))
  })

  test('under unavailable keys', async () => {
    const keys = { select: async () => Promise.reject(new Error('down')), generation: 0 }
    const verifier = create({ signedResponse: { signature: { algorithms: ['ES256'], keys } } })
    expect(await outcome(verifier)).toBe(failed('response: SB_KEYS_UNAVAILABLE'))
  })
})

test('an answer about a token that is not active is a refusal of the token', async () => {
  body = await sign({ ...answer, token_introspection: { active: false } })
  expect(await outcome(create())).toBe('SB_TOKEN_INACTIVE')
  body = await sign({ ...answer, token_introspection: { ...active, aud: 'https://other.example' } })
  expect(await outcome(create())).toBe('SB_AUDIENCE_MISMATCH')
})

test('the application sets maxAge and clockTolerance', async () => {
  const relaxed = { signature, maxAge: '5m', clockTolerance: '1m' } as const
  body = await sign({ ...answer, iat: nowSeconds - 300 })
  expect(await outcome(create({ signedResponse: relaxed }))).toBe('accepted')
  body = await sign({ ...answer, iat: nowSeconds + 60 })
  expect(await outcome(create({ signedResponse: relaxed }))).toBe('accepted')
})

test('with encryption, only encrypted responses are accepted', async () => {
  const ours = await testKey('RSA-OAEP-256')
  const contents = { keyManagement: 'RSA-OAEP-256', contentEncryption: 'A256GCM' } as const
  const encryption = { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys: ours } as const
  const verifier = create({ signedResponse: { signature, encryption } })
  expect(await outcome(verifier)).toBe('SB_INTROSPECTION_FAILED response: SB_FORM_MISMATCH')
  const inner = new TextEncoder().encode(body)
  body = await encryptJwe(inner, { ...contents, key: ours, protectedHeader: { cty: 'JWT' } })
  expect(await outcome(verifier)).toBe('accepted')
  expect(await outcome(create())).toBe('SB_INTROSPECTION_FAILED response: SB_FORM_MISMATCH')
  const unsigned = new TextEncoder().encode(JSON.stringify(answer))
  body = await encryptJwe(unsigned, { ...contents, key: ours, protectedHeader: { cty: 'JWT' } })
  expect(await outcome(verifier)).toBe('SB_INTROSPECTION_FAILED response: SB_TOKEN_MALFORMED')
})

describe('RFC 9701 §8.1: an answer about a token is no token,', () => {
  const parties = { issuer, audience, now, signature }

  test('as its typ says', async () => {
    const verifier = createVerifier({ ...parties, typ: 'at+jwt' })
    const shaped = { ...answer, ...goodClaims }
    await expect(verifier.verify(await sign(shaped))).rejects.toMatchObject({ code: 'SB_TYP_MISMATCH' })
    await expect(verifier.verify(await sign(shaped, { typ: 'at+jwt' }))).resolves.toBeDefined()
  })

  test('also where its typ is not checked: it has no exp, and its claims are not its own', async () => {
    const verifier = createVerifier({ ...parties, typ: 'any' })
    await expect(verifier.verify(body)).rejects.toMatchObject({ code: 'SB_CLAIM_MISSING', parameter: 'exp' })
    await expect(verifier.verify(await sign(goodClaims))).resolves.toBeDefined()
  })

  test('and a token is no response', async () => {
    body = await sign({ ...answer, ...goodClaims }, { typ: 'at+jwt' })
    expect(await outcome(create())).toBe('SB_INTROSPECTION_FAILED response: SB_TYP_MISMATCH')
  })
})

test.each<[string, object]>([
  ['issuer', { issuer: undefined }],
  ['signedResponse', { signedResponse: { keys: key } }],
  ['signedResponse.signature', { signedResponse: {} }],
  ['signature.algorithms', { signedResponse: { signature: { algorithms: [], keys: key } } }],
  ['signature.keys', { signedResponse: { signature: { algorithms: ['RS256'], keys: key } } }],
  ['signedResponse.maxAge', { signedResponse: { signature, maxAge: 'soon' } }],
  ['signedResponse.clockTolerance', { signedResponse: { signature, clockTolerance: -1 } }],
])('an invalid option is a TypeError that names it: %s', (option, change) => {
  expect(() => create(untyped(change))).toThrow(TypeError)
  expect(() => create(untyped(change))).toThrow(option)
})
