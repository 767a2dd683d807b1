import fc from 'fast-check'
import { type CryptoKey, importSPKI, jwtDecrypt, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { signedWith } from '../attacks/tokens.js'
import type { SignatureAlgorithm } from '../crypto/algorithms.js'
import type { JSONWebKeySet, Verifier } from '../index.js'
import { createVerifier } from '../jwt/verifier.js'
import { publicJwks } from '../keys/export.js'
import { importKey } from '../keys/import.js'
import { handSeal, segment } from '../testing/hand-made.js'
import { audience, issuer, nowSeconds } from '../testing/parties.js'
import { octets, pem, testPublicKey } from '../testing/test-keys.js'
import { timeLimit, times } from './effort.js'
import { claimSets, headers } from './models.js'
import { mutations } from './mutations.js'
import { verdictOf } from './parties.js'

const now = (): Date => new Date(nowSeconds * 1000)
const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const
const policy = { issuer, audience, typ: 'at+jwt', now } as const

interface Keys {
  readonly jose: CryptoKey
  readonly jwks: JSONWebKeySet
  readonly verifier: Verifier
  readonly profile: Verifier
}
const keys = new Map<SignatureAlgorithm, Keys>()
// Theirs is the clock of the machine alone.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: now() })
})
afterAll(() => {
  vi.useRealTimers()
})
beforeAll(async () => {
  for (const alg of algorithms) {
    const key = await testPublicKey(alg)
    const signature = { algorithms: [alg], keys: key }
    const name = { ES256: 'ec-P-256', RS256: 'rsa', PS256: 'rsa', EdDSA: 'ed25519' }[alg]
    keys.set(alg, {
      jose: await importSPKI(pem(`${name}.spki`), alg),
      jwks: publicJwks(key),
      verifier: createVerifier({ ...policy, signature }),
      // RFC 9068 §2.2 has these in every access token.
      profile: createVerifier({ ...policy, requiredClaims: ['sub', 'iat', 'jti', 'client_id'], signature }),
    })
  }
})

interface Count {
  accepted: number
  refused: number
}
/** A token that they refuse must be refused here. The other way round is ours to decide. */
async function compare(theirs: Promise<unknown>, ours: Verifier, token: string, count: Count): Promise<void> {
  const refusedThere = await theirs.then(
    () => false,
    () => true,
  )
  const verdict = await verdictOf(ours, token)
  if (refusedThere) {
    count.refused++
    expect(verdict).toHaveProperty('code')
  } else if (Object.hasOwn(Object(verdict), 'claims')) count.accepted++
}

const changes = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.array(mutations, { minLength: 1, maxLength: 2 }) },
)
/** 100,000 tokens with `SEALBEARER_EFFORT=67`. */
const runs = times(500)

test(
  'what jose refuses to verify is refused',
  async () => {
    const count = { accepted: 0, refused: 0 }
    const property = fc.asyncProperty(
      fc.constantFrom(...algorithms),
      claimSets,
      headers,
      changes,
      async (alg, claims, header, list) => {
        const known = keys.get(alg)
        if (known === undefined) throw new Error('no keys')
        const good = signedWith(alg, claims, { alg, ...header })
        const other = signedWith(alg, { ...claims, sub: 'another' }, { alg, ...header })
        const token = list.reduce((changed, change) => change(changed, other), good)
        const theirs = jwtVerify(token, known.jose, {
          issuer,
          audience,
          typ: 'at+jwt',
          algorithms: [alg],
          currentDate: now(),
          requiredClaims: ['exp'],
        })
        await compare(theirs, known.verifier, token, count)
      },
    )
    await fc.assert(property, { numRuns: runs })
    expect(count.accepted).toBeGreaterThan(runs / 20)
    expect(count.refused).toBeGreaterThan(runs / 20)
  },
  timeLimit,
)

test(
  'what jose refuses to decrypt is refused',
  async () => {
    const count = { accepted: 0, refused: 0 }
    const secret = octets(32, 100)
    const verifier = createVerifier({
      ...policy,
      encryption: {
        keyManagement: ['dir'],
        contentEncryption: ['A256GCM'],
        keys: await importKey(secret, { alg: 'dir', enc: 'A256GCM' }),
      },
    })
    const property = fc.asyncProperty(claimSets, headers, changes, async (claims, header, list) => {
      const seal = (content: object): string =>
        handSeal({ alg: 'dir', enc: 'A256GCM', ...header }, content, secret)
      const token = list.reduce(
        (changed, change) => change(changed, seal({ ...claims, sub: 'x' })),
        seal(claims),
      )
      const theirs = jwtDecrypt(token, secret, {
        issuer,
        audience,
        typ: 'at+jwt',
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        currentDate: now(),
        requiredClaims: ['exp'],
      })
      await compare(theirs, verifier, token, count)
    })
    await fc.assert(property, { numRuns: runs })
    expect(count.accepted).toBeGreaterThan(runs / 20)
    expect(count.refused).toBeGreaterThan(runs / 20)
  },
  timeLimit,
)

test(
  'what oauth4webapi refuses is refused',
  async () => {
    const count = { accepted: 0, refused: 0 }
    const jwks_uri = 'https://auth.example.com/jwks'
    // They keep the keys of a server by this object.
    const servers = new Map(
      algorithms.map((alg): [string, oauth.AuthorizationServer] => [alg, { issuer, jwks_uri }]),
    )
    const complete = claimSets.chain((claims) =>
      fc
        .record({ missing: fc.constantFrom('', '', '', 'sub', 'iat', 'jti', 'client_id') })
        .map(({ missing }) => ({
          sub: 'user_123',
          jti: 'a',
          client_id: 'b',
          iat: nowSeconds,
          ...claims,
          ...(missing !== '' && { [missing]: undefined }),
        })),
    )
    const property = fc.asyncProperty(
      fc.constantFrom(...algorithms),
      complete,
      headers,
      changes,
      async (alg, claims, header, list) => {
        const known = keys.get(alg)
        const server = servers.get(alg)
        if (known === undefined || server === undefined) throw new Error('no keys')
        const good = signedWith(alg, claims, { alg, ...header })
        const token = list.reduce((changed, change) => change(changed, good), good)
        // A header can't carry it, so no server would see it.
        if (!/^[\x21-\x7e]+$/.test(token)) return
        const request = new Request('https://api.example.com/', {
          headers: { authorization: `Bearer ${token}` },
        })
        const theirs = oauth.validateJwtAccessToken(server, request, audience, {
          signingAlgorithms: [alg],
          [oauth.customFetch]: async () => Response.json(known.jwks),
        })
        await compare(theirs, known.profile, token, count)
      },
    )
    await fc.assert(property, { numRuns: runs })
    expect(count.accepted).toBeGreaterThan(runs / 20)
    expect(count.refused).toBeGreaterThan(runs / 20)
  },
  timeLimit,
)

test('the oracles are asked about tokens as they are', async () => {
  const known = keys.get('ES256')
  const claims = { iss: issuer, aud: audience, exp: nowSeconds + 60 }
  const token = signedWith('ES256', claims)
  expect(token.split('.')[1]).toBe(segment(claims))
  await expect(jwtVerify(token, known?.jose ?? octets(32), { currentDate: now() })).resolves.toBeDefined()
  await expect(jwtVerify(`${token}A`, known?.jose ?? octets(32), { currentDate: now() })).rejects.toThrow()
})
