import { expect, test } from 'vitest'
import { decryptJwe } from '#core/jwe/decrypt.js'
import { encryptJwe } from '#core/jwe/encrypt.js'
import { verifyJws } from '#core/jws/verify.js'
import { importKey } from '#core/keys/import.js'
import { keyMaterial } from '#core/keys/key.js'
import { withSegment } from '#core-test-kit/hand-made.js'
import { type RefusedExample, rfcVectors } from '../testing/rfc-vectors.js'

const [rfc7515, rfc7516, rfc7520, rfc8037] = [
  rfcVectors('rfc7515'),
  rfcVectors('rfc7516'),
  rfcVectors('rfc7520'),
  rfcVectors('rfc8037'),
]
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
/** Examples with the names of their tests. */
const from = <T extends { readonly section: string; readonly title: string }>(
  rfc: string,
  examples: readonly T[],
): [name: string, example: T][] =>
  examples.map((example) => [`${rfc} ${example.section}, ${example.title}`, example])

const another = (letters: string): string => (letters.startsWith('A') ? 'B' : 'A') + letters.slice(1)

test.each([
  ...from('RFC 7515', rfc7515.signed),
  ...from('RFC 7520', rfc7520.signed),
  ...from('RFC 8037', rfc8037.signed),
])('%s: verifies', async (_, { alg, key: jwk, token, payload }) => {
  const key = await importKey(jwk, { alg })
  const policy = { algorithms: [alg], keys: key }
  expect(text((await verifyJws(token, policy)).payload)).toBe(payload)
  for (const segment of [1, 2]) {
    await expect(verifyJws(withSegment(token, segment, another), policy)).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
  }
})

/** Without a random number in them, signatures must come out as they stand in the RFC. */
test.each(
  [
    ...from('RFC 7515', rfc7515.signed),
    ...from('RFC 7520', rfc7520.signed),
    ...from('RFC 8037', rfc8037.signed),
  ].filter(([, { alg }]) => /^(HS|RS|EdDSA)/.test(alg)),
)('%s: is signed alike', async (_, { alg, key: jwk, token }) => {
  const end = token.lastIndexOf('.')
  const { sign } = keyMaterial(await importKey(jwk, { alg })).operations
  expect(await sign?.(token.slice(0, end))).toBe(token.slice(end + 1))
})

test.each([...from('RFC 7516', rfc7516.encrypted), ...from('RFC 7520', rfc7520.encrypted)])(
  '%s: opens',
  async (_, { alg, enc, key: jwk, token, plaintext }) => {
    const key = await importKey(jwk, { alg, enc })
    const policy = { keyManagement: [alg], contentEncryption: [enc], keys: key }
    expect(text((await decryptJwe(token, policy)).plaintext)).toBe(plaintext)
    for (const segment of [2, 3, 4]) {
      await expect(decryptJwe(withSegment(token, segment, another), policy)).rejects.toMatchObject({
        code: 'SB_INTEGRITY_FAILED',
      })
    }
    const ours = await encryptJwe(new TextEncoder().encode(plaintext), {
      keyManagement: alg,
      contentEncryption: enc,
      key,
    })
    expect(text((await decryptJwe(ours, policy)).plaintext)).toBe(plaintext)
  },
)

async function outcome(example: RefusedExample): Promise<unknown> {
  const { key: jwk, token } = example
  if (example.enc === undefined) {
    const { alg } = example
    return verifyJws(token, { algorithms: [alg], keys: await importKey(jwk, { alg }) })
  }
  const { alg, enc } = example
  const { alg: _, ...material } = jwk
  const keys = await importKey(material, { alg })
  return decryptJwe(token, { keyManagement: [alg], contentEncryption: [enc], keys })
}

test.each([
  ...from('RFC 7515', rfc7515.refused),
  ...from('RFC 7516', rfc7516.refused),
  ...from('RFC 7520', rfc7520.refused),
])('%s: is refused', async (_, example) => {
  await expect(outcome(example)).rejects.toMatchObject({ code: example.code })
})
