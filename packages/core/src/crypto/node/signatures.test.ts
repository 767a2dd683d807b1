import { constants, createSign, createVerify, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signatureAlgorithms } from '../algorithms.js'
import { signatureOperations } from './signatures.js'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const input = 'header.payload'

const hashes = { 256: 'sha256', 384: 'sha384', 512: 'sha512' } as const
/** RFC 7518 §3.5: the salt is as long as the hash. */
const pss = (bits: keyof typeof hashes) => ({
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: bits / 8,
})

/** Releases before Node 22 use the first, later ones the second; both work on each. */
describe.each([
  { title: 'with options at each call', isNewer: false },
  { title: 'with a key that contains them', isNewer: true },
])('RSA $title', ({ isNewer }) => {
  test.each([256, 384, 512] as const)('RS%i and PS%i are compatible with OpenSSL', async (bits) => {
    for (const [alg, options] of [
      [`RS${bits}`, { padding: constants.RSA_PKCS1_PADDING }],
      [`PS${bits}`, pss(bits)],
    ] as const) {
      const { sign, verify } = signatureOperations(pair, signatureAlgorithms[alg], isNewer)
      const made = Buffer.from((await sign?.(input)) ?? '', 'base64url')
      const check = createVerify(hashes[bits]).update(input)
      expect(check.verify({ key: pair.publicKey, ...options }, made), alg).toBe(true)
      const theirs = createSign(hashes[bits])
        .update(input)
        .sign({ key: pair.privateKey, ...options })
      expect(await verify?.(input, theirs.toString('base64url')), alg).toBe(true)
      expect(await verify?.(`${input}s`, theirs.toString('base64url')), alg).toBe(false)
    }
  })

  test('neither accepts the other, nor a salt of another length', async () => {
    const [pkcs1, ps256] = (['RS256', 'PS256'] as const).map((alg) =>
      signatureOperations(pair, signatureAlgorithms[alg], isNewer),
    )
    const [one, other] = [(await pkcs1?.sign?.(input)) ?? '', (await ps256?.sign?.(input)) ?? '']
    expect(await pkcs1?.verify?.(input, one)).toBe(true)
    expect(await pkcs1?.verify?.(input, other)).toBe(false)
    expect(await ps256?.verify?.(input, other)).toBe(true)
    expect(await ps256?.verify?.(input, one)).toBe(false)
    for (const saltLength of [0, 31, 33, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
      const made = createSign('sha256')
        .update(input)
        .sign({ key: pair.privateKey, ...pss(256), saltLength })
      expect(await ps256?.verify?.(input, made.toString('base64url')), `salt ${saltLength}`).toBe(false)
    }
  })
})

test('a failing signature throws synchronously, and on the thread pool', async () => {
  // Too small for a hash and a salt of 64 bytes each.
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 512 })
  const { sign } = signatureOperations({ publicKey: undefined, privateKey }, signatureAlgorithms.PS512)
  // Of several concurrent operations, all but the first go to the pool.
  const asked = [1, 2, 3].map(async () => sign?.(input))
  for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected')
})
