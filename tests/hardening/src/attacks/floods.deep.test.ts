import { beforeEach, expect, test, vi } from 'vitest'
import {
  createRemoteKeySet,
  createTenantVerifier,
  createVerifier,
  importKey,
  type Verifier,
} from '#core/index.js'
import { handSeal, handSign, segment } from '#core-test-kit/hand-made.js'
import { answer, startKeyServer } from '#core-test-kit/key-server.js'
import { audience, goodClaims, issuer, now } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { watchedCaches as caches } from '../testing/watched-caches.js'

vi.mock('lru-cache', async (original) => {
  const { watchCaches } = await import('../testing/watched-caches.js')
  return watchCaches(original)
})

beforeEach(() => {
  caches.length = 0
})

const count = 1_000
const secret = bytes(32)
const keys = await importKey(secret, { alg: 'HS256', kid: '1' })
const policy = { issuer, audience, typ: 'at+jwt', now } as const
const signature = { algorithms: ['HS256'], keys } as const
const header = { alg: 'HS256', typ: 'at+jwt', kid: '1' }

async function flood(verifier: Verifier, token: (index: number) => string, code: string): Promise<void> {
  for (let i = 0; i < count; i++) await expect(verifier.verify(token(i))).rejects.toMatchObject({ code })
}

const garbage: readonly (readonly [string, string, (index: number) => string])[] = [
  ['text', 'SB_TOKEN_MALFORMED', (i) => `token ${i}`],
  ['wrong signatures', 'SB_INTEGRITY_FAILED', (i) => handSign(header, { ...goodClaims, i }, bytes(32, 50))],
  [
    'unknown key IDs',
    'SB_KEY_NOT_FOUND',
    (i) => handSign({ ...header, kid: `unknown ${i}` }, goodClaims, secret),
  ],
  [
    'headers of their own, wrongly signed',
    'SB_INTEGRITY_FAILED',
    (i) => handSign({ ...header, i }, goodClaims, bytes(32, 50)),
  ],
  [
    'claims that are refused',
    'SB_AUDIENCE_MISMATCH',
    (i) => handSign(header, { ...goodClaims, aud: `${i}` }, secret),
  ],
]

test.each(garbage)('nothing is remembered of %s', async (_, code, token) => {
  const verifier = createVerifier({ ...policy, signature })
  await flood(verifier, token, code)
  expect(caches.reduce((sum, { size }) => sum + size, 0)).toBe(0)
  await verifier.verify(handSign(header, goodClaims, secret))
  expect(caches.reduce((sum, { size }) => sum + size, 0)).toBe(1)
})

test('good tokens with headers of their own fill no more than the entries there are', async () => {
  const verifier = createVerifier({ ...policy, signature, cache: { maxEntries: 100 } })
  for (let i = 0; i < count; i++) await verifier.verify(handSign({ ...header, i }, goodClaims, secret))
  expect(caches.map(({ size }) => size).toSorted((a, b) => a - b)).toEqual([63, 100])
})

test('the JWE header is remembered within its bound, whatever was inside', async () => {
  const seal = bytes(32, 100)
  const verifier = createVerifier({
    ...policy,
    signature,
    encryption: {
      keyManagement: ['dir'],
      contentEncryption: ['A256GCM'],
      keys: await importKey(seal, { alg: 'dir', enc: 'A256GCM' }),
    },
  })
  const encryption = (i: number, padding: string): string =>
    handSeal({ alg: 'dir', enc: 'A256GCM', cty: 'JWT', i, padding }, 'no token', seal)
  await flood(verifier, (i) => encryption(i, 'x'.repeat(4_000)), 'SB_TOKEN_MALFORMED')
  expect(caches.every(({ size }) => size === 0)).toBe(true)
  await flood(verifier, (i) => encryption(i, 'x'), 'SB_TOKEN_MALFORMED')
  expect(caches.map(({ size }) => size)).toEqual([63])
})

test('unknown issuers push out one another and none that is known', async () => {
  const known = createVerifier({ ...policy, signature })
  let lookups = 0
  const verifier = createTenantVerifier({
    issuer: () => true,
    resolve(iss) {
      lookups++
      return iss === issuer ? known : undefined
    },
    maxIssuers: 50,
    now,
  })
  const good = handSign(header, goodClaims, secret)
  await verifier.verify(good)
  await flood(
    verifier,
    (i) => handSign(header, { iss: `https://${i}.example` }, secret),
    'SB_ISSUER_MISMATCH',
  )
  expect(caches.filter(({ max }) => max === 50).map(({ size }) => size)).toEqual([1, 50])
  expect(lookups).toBe(count + 1)
  await verifier.verify(good)
  expect(lookups).toBe(count + 1)
})

test('unknown key IDs have a remote set loaded once, and leave nothing', async () => {
  await using server = await startKeyServer(
    answer({
      keys: [
        {
          kty: 'OKP',
          crv: 'Ed25519',
          x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
          kid: '1',
          alg: 'EdDSA',
        },
      ],
    }),
  )
  const verifier = createVerifier({
    ...policy,
    signature: { algorithms: ['EdDSA'], keys: createRemoteKeySet(server.jwksUri, { now }) },
  })
  const token = (i: number): string =>
    `${segment({ alg: 'EdDSA', typ: 'at+jwt', kid: `unknown ${i}` })}.e30.${'A'.repeat(86)}`
  await flood(verifier, token, 'SB_KEY_NOT_FOUND')
  expect(server.requests).toBe(1)
  expect(caches.every(({ size }) => size === 0)).toBe(true)
})
