import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createVerifier } from '#core/jwt/verifier.js'
import { importKey } from '#core/keys/import.js'
import { createKeySet } from '#core/keys/key-set.js'
import { handSeal, handSign } from '#core-test-kit/hand-made.js'
import { audience, goodClaims, issuer, nowSeconds } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { watchedCaches as caches } from '../testing/watched-caches.js'
import { timeLimit, times } from './effort.js'
import { outcomeOf } from './parties.js'

vi.mock('lru-cache', async (original) => {
  const { watchCaches } = await import('../testing/watched-caches.js')
  return watchCaches(original)
})

const now = (): Date => new Date(nowSeconds * 1000)
const policy = { issuer, audience, typ: 'at+jwt', now } as const
const secretOf = (i: number): Uint8Array<ArrayBuffer> => bytes(32, 1 + i)
const signedBy = (i: number, claims: object): string =>
  handSign({ alg: 'HS256', typ: 'at+jwt', kid: String(i) }, { ...goodClaims, ...claims }, secretOf(i))
const keys = Promise.all([0, 1, 2, 3].map((i) => importKey(secretOf(i), { alg: 'HS256', kid: String(i) })))

test(
  'a key that is revoked or rotated refuses its tokens at once, though they were remembered',
  async () => {
    const all = await keys
    const held = fc.subarray([0, 1, 2, 3])
    const steps = fc.array(
      fc.record({ held, ask: fc.array(fc.tuple(fc.nat(3), fc.nat(2)), { minLength: 1, maxLength: 6 }) }),
      { minLength: 2, maxLength: 6 },
    )
    const property = fc.asyncProperty(steps, async (plan) => {
      const set = await createKeySet(all)
      const verifier = createVerifier({ ...policy, signature: { algorithms: ['HS256'], keys: set } })
      for (const { held: kept, ask } of plan) {
        for (const [i, n] of ask) {
          // Asked before the change, so that it is remembered where it is good.
          await outcomeOf(verifier, signedBy(i, { n }))
        }
        // Not awaited: what holds when the call returns must hold for the very next token.
        const replaced = set.replace(kept.map((i) => all[i]).filter((key) => key !== undefined))
        for (const [i, n] of ask) {
          const outcome = await outcomeOf(verifier, signedBy(i, { n }))
          expect(outcome).toMatchObject(kept.includes(i) ? { claims: { n } } : { code: 'SB_KEY_NOT_FOUND' })
        }
        await replaced
      }
    })
    await fc.assert(property, { numRuns: times(200) })
  },
  timeLimit,
)

test('another key under the same kid refuses what the first one signed', async () => {
  const [first, second] = await Promise.all(
    [secretOf(0), secretOf(1)].map((secret) => importKey(secret, { alg: 'HS256', kid: '0' })),
  )
  if (first === undefined || second === undefined) throw new Error('no keys')
  const set = await createKeySet([first])
  const verifier = createVerifier({ ...policy, signature: { algorithms: ['HS256'], keys: set } })
  const token = signedBy(0, {})
  expect(await outcomeOf(verifier, token)).toHaveProperty('claims')
  await set.replace([second])
  expect(await outcomeOf(verifier, token)).toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
  await set.replace([first])
  expect(await outcomeOf(verifier, token)).toHaveProperty('claims')
})

test(
  'two different tokens never share an entry',
  async () => {
    const [key] = await keys
    if (key === undefined) throw new Error('no key')
    const seal = await importKey(bytes(32, 100), { alg: 'dir', enc: 'A256GCM' })
    const signature = { algorithms: ['HS256'] as const, keys: key }
    const encryption = {
      keyManagement: ['dir'] as const,
      contentEncryption: ['A256GCM'] as const,
      keys: seal,
    }
    const header = { alg: 'dir', enc: 'A256GCM', cty: 'JWT' }
    const order = fc.array(fc.tuple(fc.nat(9), fc.boolean()), { minLength: 10, maxLength: 40 })
    const property = fc.asyncProperty(order, fc.constantFrom(1, 2, 5, 10_000), async (asked, maxEntries) => {
      const signed = createVerifier({ ...policy, signature, cache: { maxEntries } })
      const nested = createVerifier({ ...policy, signature, encryption, cache: { maxEntries } })
      // Alike as can be: one digit of one claim.
      const tokens = Array.from({ length: 10 }, (_, n) => signedBy(0, { sub: `user_${n}` }))
      const sealed = tokens.map((token) => handSeal(header, token, bytes(32, 100)))
      for (const [n, isNested] of asked) {
        const token = (isNested ? sealed : tokens)[n] ?? ''
        const [right, wrong] = isNested ? [nested, signed] : [signed, nested]
        expect(await outcomeOf(right, token)).toMatchObject({ claims: { sub: `user_${n}` } })
        expect(await outcomeOf(wrong, token)).toHaveProperty('code')
      }
    })
    await fc.assert(property, { numRuns: times(60) })
  },
  timeLimit,
)

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const usedBytes = async (): Promise<number> => {
  // The first one only finds the buffers that nothing refers to; they are freed in the background.
  collectGarbage()
  await new Promise(setImmediate)
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Claims of which a few characters become many bytes, and as many of them as fit into a token. */
const bulky: Readonly<Record<string, (n: number) => unknown>> = {
  text: (n) => `${n}${'x'.repeat(11_000)}`,
  'empty lists': () => Array.from({ length: 3600 }, () => []),
  'empty objects': () => Array.from({ length: 3600 }, () => ({})),
  'objects with a member': (n) => Array.from({ length: 700 }, (_, i) => ({ [`${n}_${i}`]: 1 })),
  members: (n) => Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`${n}_${i}`, 1])),
  fractions: () => Array.from({ length: 2500 }, () => 0.5),
}

test.each(Object.entries(bulky))(
  'the bound of bytes holds for claims made of %s',
  async (_, make) => {
    const [key] = await keys
    const maxBytes = 4 * 1024 * 1024
    const verifier = createVerifier({
      ...policy,
      signature: { algorithms: ['HS256'], keys: key ?? [] },
      cache: { maxBytes },
    })
    // With the first one the memory takes its room, which is not for claims.
    await verifier.verify(signedBy(0, {}))
    const before = await usedBytes()
    for (let n = 0; n < times(200); n++) await verifier.verify(signedBy(0, { bulk: make(n) }))
    expect((await usedBytes()) - before).toBeLessThan(1.5 * maxBytes)
    // Keeps all that it remembers from being collected before it was measured.
    expect(await outcomeOf(verifier, signedBy(0, {}))).toHaveProperty('claims')
  },
  timeLimit,
)

/** A million with `SEALBEARER_EFFORT=34`. */
test(
  'ever new tokens stay within the bounds of the memory',
  async () => {
    const [key] = await keys
    const maxBytes = 4 * 1024 * 1024
    const maxEntries = 3000
    caches.length = 0
    const verifier = createVerifier({
      ...policy,
      signature: { algorithms: ['HS256'], keys: key ?? [] },
      cache: { maxBytes, maxEntries },
    })
    const distinct = async (from: number, count: number, padding: string): Promise<void> => {
      for (let n = from; n < from + count; n++) {
        const { claims } = await verifier.verify(signedBy(0, { n, padding }))
        if (claims['n'] !== n) throw new Error('the claims of another token')
      }
    }
    const peak = { entries: 0, bytes: 0 }
    const before = await usedBytes()
    for (let round = 0; round < times(30); round++) {
      // Long tokens meet the bound of bytes, short ones that of entries.
      await distinct(round * 1000, 1000, 'x'.repeat(round % 2 === 0 ? 0 : 2000))
      for (const { size, calculatedSize } of caches) {
        peak.entries = Math.max(peak.entries, size)
        peak.bytes = Math.max(peak.bytes, calculatedSize)
      }
    }
    const growth = (await usedBytes()) - before
    expect(peak.entries).toBeLessThanOrEqual(maxEntries)
    expect(peak.entries).toBeGreaterThan(900)
    expect(peak.bytes).toBeLessThanOrEqual(maxBytes)
    expect(peak.bytes).toBeGreaterThan(maxBytes / 2)
    // What the accounts leave out, the compiler's code among it, must be less than they hold.
    expect(growth).toBeLessThan(2 * maxBytes)
    expect(await outcomeOf(verifier, signedBy(0, { n: -1 }))).toMatchObject({ claims: { n: -1 } })
  },
  timeLimit,
)
