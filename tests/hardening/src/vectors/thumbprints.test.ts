import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSignatureAlgorithm } from '#core/crypto/algorithms.js'
import { generateKey } from '#core/keys/generate.js'
import { importKey } from '#core/keys/import.js'
import { publicJwks } from '#core/keys/jwk-set.js'
import { rfcVectors } from '../testing/rfc-vectors.js'

/** The members that make a key, by its type, in the order of their names (RFC 7638 §3.2, RFC 8037 §2). */
const requiredMembers: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
}

function thumbprint(jwk: Readonly<Record<string, unknown>>): string {
  const members = requiredMembers[String(jwk['kty'])]?.map((name) => [name, jwk[name]])
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members ?? [])))
    .digest('base64url')
}

test.each([
  ...rfcVectors('rfc7638').thumbprints.map((example) => [`RFC 7638 ${example.section}`, example] as const),
  ...rfcVectors('rfc8037').thumbprints.map((example) => [`RFC 8037 ${example.section}`, example] as const),
])('%s: JWK thumbprint', async (_, { key: jwk, thumbprint: expected }) => {
  const alg = isSignatureAlgorithm(jwk.alg) ? jwk.alg : 'EdDSA'
  // What is published of a key is all that its thumbprint is made of.
  const [published = {}] = publicJwks(await importKey(jwk, { alg })).keys
  expect(thumbprint(published)).toBe(expected)
})

test.each(['ES256', 'EdDSA', 'RS256'] as const)('a new %s key is named by its thumbprint', async (alg) => {
  const key = await generateKey(alg)
  const [published = {}] = publicJwks(key).keys
  expect(key.kid).toBe(thumbprint(published))
})
