import {
  createAuthenticator,
  createVerifier,
  discoverIssuer,
  generateKey,
  type NestedDecryptionPolicy,
  publicJwks,
  type SignaturePolicy,
} from '@sealbearer/core'
import { describe, expect, test } from 'vitest'
import { audience, type SigningAlgorithm, startProvider } from './provider.js'
import { frameworks, startServer } from './servers.js'

const scope = 'orders:read'

const verifierOf = async (
  issuerUrl: string,
  algorithm: SigningAlgorithm = 'ES256',
  now = () => new Date(),
) => {
  const { issuer, keys } = discoverIssuer(issuerUrl, { now })
  const signature = { algorithms: [algorithm], keys }
  return { keys, verifier: createVerifier({ issuer, audience, typ: 'at+jwt', signature, now }) }
}

/** Changes the middle of the last part, where no bit is padding. */
const tampered = (token: string): string =>
  token.replace(/.(?=.{20}$)/, (character) => (character === 'A' ? 'B' : 'A'))

describe.each(Object.entries(frameworks))('%s', (_, framework) => {
  test('takes the access tokens of the provider it discovered, and no others', async () => {
    await using provider = await startProvider({ algorithm: 'ES256', kid: 'same' })
    await using attacker = await startProvider({ algorithm: 'ES256', kid: 'same' })
    const { verifier } = await verifierOf(provider.issuer)
    await using server = await startServer(await framework(createAuthenticator({ verifier })))
    const token = await provider.accessToken(scope)
    expect(await server.get(token)).toEqual({ status: 200, body: { client: 'service' } })
    expect(await server.get()).toMatchObject({ status: 401 })
    expect(await server.get(tampered(token))).toMatchObject({ status: 401 })
    expect(await server.get(await attacker.accessToken(scope))).toMatchObject({ status: 401 })
    expect(await server.get(await provider.accessToken('orders:write'))).toMatchObject({ status: 403 })
    expect(provider.keyRequests()).toBe(1)
    expect(attacker.keyRequests()).toBe(0)
  })

  test('takes the tokens of two providers, each by its own keys', async () => {
    await using one = await startProvider({ algorithm: 'ES256', kid: 'same' })
    await using two = await startProvider({ algorithm: 'ES256', kid: 'same' })
    const verifiers = await Promise.all([one, two].map(({ issuer }) => verifierOf(issuer)))
    const authenticator = createAuthenticator({ verifier: verifiers.map(({ verifier }) => verifier) })
    await using server = await startServer(await framework(authenticator))
    const [first, second] = await Promise.all([one.accessToken(scope), two.accessToken(scope)])
    expect(await server.get(first)).toMatchObject({ status: 200 })
    expect(await server.get(second)).toMatchObject({ status: 200 })
    const [header, , signature] = first.split('.')
    expect(await server.get(`${header}.${second.split('.')[1]}.${signature}`)).toMatchObject({ status: 401 })
  })

  test('takes the new key when the provider rotates, and then no more the old one', async () => {
    await using provider = await startProvider({ algorithm: 'ES256' })
    const { keys, verifier } = await verifierOf(provider.issuer)
    await using server = await startServer(await framework(createAuthenticator({ verifier })))
    const before = await provider.accessToken(scope)
    expect(await server.get(before)).toMatchObject({ status: 200 })
    await provider.rotate()
    expect(await server.get(await provider.accessToken(scope))).toMatchObject({ status: 200 })
    expect(keys.kids()).toEqual(['signing after rotation'])
    expect(await server.get(before)).toMatchObject({ status: 401 })
    expect(provider.keyRequests()).toBe(2)
  })

  test('takes sealed access tokens', async () => {
    const key = await generateKey('ECDH-ES', { crv: 'P-256', kid: 'ours' })
    const [jwk] = publicJwks(key).keys
    await using provider = await startProvider({
      algorithm: 'ES256',
      encryption: { alg: 'ECDH-ES', enc: 'A256GCM', key: jwk },
    })
    const { issuer, keys } = discoverIssuer(provider.issuer)
    const signature: SignaturePolicy = { algorithms: ['ES256'], keys }
    const encryption: NestedDecryptionPolicy = {
      keyManagement: ['ECDH-ES'],
      contentEncryption: ['A256GCM'],
      keys: key,
    }
    const policy = { issuer, audience, typ: 'at+jwt', signature }
    // This provider writes `cty: "at+jwt"`, where RFC 7519 §5.2 has "JWT".
    const lenient: NestedDecryptionPolicy = { ...encryption, cty: 'any' }
    const verifier = createVerifier({ ...policy, encryption: lenient })
    const strict = createVerifier({ ...policy, encryption })
    await using server = await startServer(await framework(createAuthenticator({ verifier })))
    const token = await provider.accessToken(scope)
    expect(token.split('.')).toHaveLength(5)
    expect(await server.get(token)).toEqual({ status: 200, body: { client: 'service' } })
    expect(await server.get(tampered(token))).toMatchObject({ status: 401 })
    await expect(strict.verify(token)).rejects.toMatchObject({ code: 'SB_NESTED_CTY' })
  })
})

describe('discovery', () => {
  test.each<{ algorithm: SigningAlgorithm; path: string }>([
    { algorithm: 'ES256', path: '' },
    { algorithm: 'RS256', path: '/tenants/a' },
    { algorithm: 'PS256', path: '' },
    { algorithm: 'EdDSA', path: '' },
  ])('of a provider at "$path" that signs with $algorithm', async ({ algorithm, path }) => {
    await using provider = await startProvider({ algorithm, path })
    const { verifier } = await verifierOf(provider.issuer, algorithm)
    const { claims, protectedHeader } = await verifier.verify(await provider.accessToken(scope))
    expect(claims).toMatchObject({ iss: provider.issuer, aud: audience, scope, client_id: 'service' })
    expect(protectedHeader).toMatchObject({ alg: algorithm, typ: 'at+jwt', kid: 'signing' })
  })

  test('leaves the algorithms to the policy', async () => {
    await using provider = await startProvider({ algorithm: 'RS256' })
    const { verifier } = await verifierOf(provider.issuer, 'ES256')
    await expect(verifier.verify(await provider.accessToken(scope))).rejects.toMatchObject({
      code: 'SB_ALG_NOT_ALLOWED',
    })
  })

  test('refuses the identifier with a slash that the provider does not have', async () => {
    await using provider = await startProvider({ algorithm: 'ES256' })
    await expect(discoverIssuer(`${provider.issuer}/`).metadata()).rejects.toMatchObject({
      code: 'SB_DISCOVERY_FAILED',
      parameter: 'issuer',
    })
  })
})
