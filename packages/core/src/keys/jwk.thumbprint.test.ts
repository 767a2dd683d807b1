import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { testPublicKey } from '../../test-kit/test-keys.js'
import { jwkThumbprint } from './jwk.js'
import { publicJwks } from './jwk-set.js'

test('is that of RFC 7638 §3.1', async () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
  expect(await jwkThumbprint({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' })).toBe(
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  )
})

test.each(['RS256', 'ES256', 'ES512', 'Ed25519'] as const)('is that of jose for %s', async (alg) => {
  const [jwk = {}] = publicJwks(await testPublicKey(alg)).keys
  expect(await jwkThumbprint(jwk)).toBe(await calculateJwkThumbprint(jwk))
})

test.each([
  ['a secret', { kty: 'oct', k: 'AAAA' }],
  ['a member that is absent', { kty: 'EC', crv: 'P-256', x: 'AAAA' }],
  ['a member that is not text', { kty: 'OKP', crv: 'Ed25519', x: 1 as unknown as string }],
  ['an unknown type', { kty: 'constructor' }],
  ['no type', {} as { kty: string }],
])('there is none of %s', (_, jwk) => {
  expect(jwkThumbprint(jwk)).toBeUndefined()
})
