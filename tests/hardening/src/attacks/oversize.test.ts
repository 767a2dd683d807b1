import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type Authenticator,
  cookie,
  createAuthenticator,
  createTenantVerifier,
  createVerifier,
  importKey,
  type KeySet,
} from '#core/index.js'
import { decryptJwe, verifyJws } from '#core/jose.js'
import { handSign, segment } from '#core-test-kit/hand-made.js'
import { audience, goodClaims, issuer, now } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { engine } from '#crypto'

const secret = bytes(32)
const key = await importKey(secret, { alg: 'HS256', kid: '1' })
/** Whether a key was asked for. */
const keys: KeySet & { asked: number } = {
  asked: 0,
  generation: 0,
  select() {
    keys.asked++
    return [key]
  },
}

const header = { alg: 'HS256', typ: 'at+jwt', kid: '1' }
const policy = { issuer, audience, typ: 'at+jwt', now, cache: false } as const
const signature = { algorithms: ['HS256'], keys } as const
const verifier = createVerifier({ ...policy, signature })
const tenants = createTenantVerifier({ issuer: () => true, resolve: () => verifier, now })
const seal = await importKey(bytes(32, 100), { alg: 'dir', enc: 'A256GCM' })
const encryption = { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: seal } as const
const nested = createVerifier({ ...policy, signature, encryption })

const attempts = (authenticator: Authenticator, name: string, value: (token: string) => string) => {
  return async (token: string): Promise<void> => {
    const outcome = await authenticator.authenticate({
      method: 'GET',
      target: '/',
      secure: true,
      header: (asked) => (asked === name ? [value(token)] : []),
    })
    if (!outcome.ok) throw outcome.error
  }
}
const two = [verifier, createVerifier({ ...policy, issuer: 'https://b.example', signature })]

/** Every way in. */
const doors: Readonly<Record<string, (token: string) => Promise<unknown>>> = {
  'a verifier': (token) => verifier.verify(token),
  'a verifier of encrypted tokens': (token) => nested.verify(token),
  'a tenant verifier': (token) => tenants.verify(token),
  verifyJws: (token) => verifyJws(token, signature),
  decryptJwe: (token) => decryptJwe(token, encryption),
  'an authenticator': attempts(
    createAuthenticator({ verifier }),
    'authorization',
    (token) => `Bearer ${token}`,
  ),
  'an authenticator with two verifiers': attempts(
    createAuthenticator({ verifier: two }),
    'authorization',
    (token) => `Bearer ${token}`,
  ),
  'a cookie': attempts(
    createAuthenticator({ verifier, credentials: [cookie('access')] }),
    'cookie',
    (token) => `a=b; access=${token}`,
  ),
}

const letters = 'A'.repeat(1_000_000)
const oversize: readonly (readonly [string, string])[] = [
  ['one letter', letters],
  ['100,000 dots', '.'.repeat(100_000)],
  ['a long header', `${letters}.e30.AAAA`],
  ['a long payload', `${segment(header)}.${letters}.AAAA`],
  ['a long signature', `${segment(header)}.e30.${letters}`],
  [
    'a long ciphertext',
    `${segment({ alg: 'dir', enc: 'A256GCM' })}..${'A'.repeat(16)}.${letters}.${'A'.repeat(22)}`,
  ],
  ['a good signature', handSign(header, { ...goodClaims, note: letters }, secret)],
]

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(Object.entries(doors))('%s', (_, open) => {
  test.each(oversize)('decodes, parses and looks up nothing of 1 MB: %s', async (_title, token) => {
    const spies = [
      vi.spyOn(JSON, 'parse'),
      vi.spyOn(engine, 'decodeBase64url'),
      vi.spyOn(engine, 'decodeBase64urlText'),
      vi.spyOn(engine, 'decodeUtf8'),
    ]
    keys.asked = 0
    await expect(open(token)).rejects.toMatchObject({ code: 'SB_TOKEN_TOO_LARGE' })
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
    expect(keys.asked).toBe(0)
  })
})

test('the near-identical token that is not too long is read', async () => {
  const good = (characters: number): string =>
    handSign(header, { ...goodClaims, note: 'A'.repeat(characters) }, secret)
  keys.asked = 0
  for (const name of ['a verifier', 'a tenant verifier', 'verifyJws', 'an authenticator', 'a cookie']) {
    await doors[name]?.(good(12_000))
  }
  expect(keys.asked).toBeGreaterThan(0)
})

test('PBES2 is refused before a key is asked for, let alone derived', async () => {
  keys.asked = 0
  const asking = createVerifier({ ...policy, signature, encryption: { ...encryption, keys } })
  const token = (alg: string): string =>
    [
      segment({ alg, enc: 'A256GCM', cty: 'JWT', p2c: 2 ** 31, p2s: 'AAAAAAAAAAAAAAAAAAAAAA' }),
      '',
      'A'.repeat(16),
      'AAAA',
      'A'.repeat(22),
    ].join('.')
  for (const alg of ['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW']) {
    await expect(asking.verify(token(alg))).rejects.toMatchObject({ code: 'SB_ALG_NOT_ALLOWED' })
  }
  expect(keys.asked).toBe(0)
  await expect(asking.verify(token('dir'))).rejects.toBeDefined()
  expect(keys.asked).toBe(1)
})
