import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answer, type KeyServer, startKeyServer } from '../../test-kit/key-server.js'
import { audience, goodClaims, issuer, now } from '../../test-kit/parties.js'
import { testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import type { SignatureAlgorithm } from '../crypto/algorithms.js'
import { signJws } from '../jws/sign.js'
import { createVerifier } from '../jwt/verifier.js'
import { publicJwks } from '../keys/jwk-set.js'
import { createRemoteKeySet } from './remote-key-set.js'
import type { RemoteKeySetOptions } from './remote-key-set-options.js'

const algorithms = ['RS256', 'PS256'] as const
const { alg: _alg, use: _use, ...bare } = publicJwks(await testPublicKey('RS256')).keys[0] ?? {}
const key = { RS256: await testKey('RS256'), PS256: await testKey('PS256') }

let server: KeyServer
beforeAll(async () => {
  server = await startKeyServer(answer({ keys: [bare] }))
})
afterAll(() => server[Symbol.asyncDispose]())

async function codeOf(
  alg: (typeof algorithms)[number],
  pinned: readonly SignatureAlgorithm[],
  options: RemoteKeySetOptions = {},
): Promise<string> {
  const keys = createRemoteKeySet(server.jwksUri, options)
  const signature = { algorithms: pinned, keys }
  const verifier = createVerifier({ issuer, audience, typ: 'at+jwt', now, signature })
  const token = await signJws(new TextEncoder().encode(JSON.stringify(goodClaims)), {
    algorithm: alg,
    key: key[alg],
    protectedHeader: { typ: 'at+jwt', kid: bare.kid },
  })
  return verifier.verify(token).then(
    () => 'accepted',
    (error) => error.code,
  )
}

describe('RFC 8725bis §3.1: a published JWK without alg', () => {
  test('serves the one algorithm of its type that is pinned', async () => {
    expect(await codeOf('RS256', ['RS256', 'ES256'])).toBe('accepted')
  })

  test.each(algorithms)('serves none where several are pinned: %s', async (alg) => {
    expect(await codeOf(alg, algorithms)).toBe('SB_KEY_NOT_FOUND')
  })

  test.each(algorithms)('serves the one that the option names: %s', async (alg) => {
    const [other] = algorithms.filter((one) => one !== alg)
    expect(await codeOf(alg, algorithms, { algorithm: alg })).toBe('accepted')
    expect(await codeOf(alg, algorithms, { algorithm: other })).toBe('SB_KEY_NOT_FOUND')
  })
})

test.each(['HS256', 'none', 'RS257'])('an algorithm that no published key has is a TypeError: %s', (alg) => {
  expect(() => createRemoteKeySet(server.jwksUri, { algorithm: untyped(alg) })).toThrow(/^algorithm: /)
})
