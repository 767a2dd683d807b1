import fc from 'fast-check'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Verifier } from '#core/index.js'
import { handSign } from '#core-test-kit/hand-made.js'
import { audience, issuer, nowSeconds } from '#core-test-kit/parties.js'
import { pem, pemNameFor } from '#core-test-kit/test-keys.js'
import { timeLimit, times } from './effort.js'
import { askJose } from './jose-oracle.js'
import { libraryOn } from './libraries.js'
import { claimSets, headers, type PolicyModel, policies, type Setup, setups } from './models.js'
import { type Mutation, mutations } from './mutations.js'
import { outcomeOf, Party } from './parties.js'

const now = (): Date => new Date(nowSeconds * 1000)
let party: Party
beforeAll(async () => {
  // Theirs is the clock of the machine alone.
  vi.useFakeTimers({ toFake: ['Date'], now: now() })
  party = new Party(await libraryOn('node'), now)
})
afterAll(() => {
  vi.useRealTimers()
})

/** In all 113,900 tokens with `SEALBEARER_EFFORT=67`. */
const runs = times(400)

class Count {
  accepted = 0
  refused = 0

  /** A token that they refuse must be refused here. The other way round is ours to decide. */
  async compare(theirs: Promise<unknown>, ours: Verifier, token: string): Promise<void> {
    const refusedThere = await theirs.then(
      () => false,
      () => true,
    )
    const outcome = await outcomeOf(ours, token)
    if (refusedThere) {
      this.refused++
      expect(outcome).toHaveProperty('code')
    } else if (Object.hasOwn(Object(outcome), 'claims')) this.accepted++
  }

  /** Neither may be so rare that the test is about nothing. */
  check(): void {
    expect(this.accepted).toBeGreaterThan(runs / 20)
    expect(this.refused).toBeGreaterThan(runs / 20)
  }
}

const changes: fc.Arbitrary<readonly Mutation[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.array(mutations, { minLength: 1, maxLength: 2 }) },
)

/** Who makes the token: who may, who has keys of their own, or who takes a public key for a secret. */
const makers = fc.constantFrom('issuer', 'issuer', 'issuer', 'issuer', 'issuer', 'attacker', 'confuser')

async function make(
  setup: Setup,
  maker: string,
  claims: Record<string, unknown>,
  header: Record<string, unknown>,
): Promise<string> {
  const name = pemNameFor(setup.alg)
  if (maker === 'confuser' && setup.form === 'signed' && name !== undefined) {
    return handSign({ ...header, alg: 'HS256' }, claims, Buffer.from(pem(`${name}.spki`)))
  }
  return party.write(setup, claims, header, maker === 'attacker')
}

test.each(['signed', 'encrypted', 'nested', 'claim'] as const)(
  'what jose refuses is refused: %s',
  async (form) => {
    const count = new Count()
    const ofForm = setups.filter((setup) => setup.form === form)
    const property = fc.asyncProperty(
      fc.record({ setup: ofForm, policy: policies, maker: makers }),
      claimSets,
      headers,
      changes,
      async ({ setup, policy, maker }, claims, header, list) => {
        const good = await make(setup, maker, claims, header)
        const other = await make(setup, 'issuer', { ...claims, sub: 'another' }, header)
        const token = list.reduce((changed, change) => change(changed, other), good)
        // Without a memory: ten thousands of verifiers, each with room for as many tokens, are too many.
        const verifier = await party.verifier(setup, policy, false)
        await count.compare(askJose(setup, policy, token, now()), verifier, token)
      },
    )
    await fc.assert(property, { numRuns: form === 'claim' ? Math.ceil(runs / 4) : runs })
    if (form !== 'claim') count.check()
  },
  timeLimit,
)

/** RFC 9068 §2.2 has these in every access token. */
const profile: PolicyModel = {
  issuer,
  audience,
  typ: 'at+jwt',
  requiredClaims: ['sub', 'iat', 'jti', 'client_id'],
}
const accessTokenClaims = claimSets.chain((claims) =>
  fc.constantFrom('', '', '', 'sub', 'iat', 'jti', 'client_id').map((missing) => ({
    sub: 'user_123',
    jti: 'a',
    client_id: 'b',
    iat: nowSeconds,
    ...claims,
    ...(missing !== '' && { [missing]: undefined }),
  })),
)
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

test(
  'what oauth4webapi refuses is refused',
  async () => {
    const count = new Count()
    const { publicJwks } = party.library
    // They keep the keys of a server by this object.
    const servers = new Map(
      algorithms.map((alg) => [alg, { issuer, jwks_uri: `https://auth.example.com/${alg}` }]),
    )
    const property = fc.asyncProperty(
      fc.constantFrom(...algorithms),
      makers,
      accessTokenClaims,
      headers,
      changes,
      async (alg, maker, claims, header, list) => {
        const setup: Setup = { form: 'signed', alg, keyManagement: 'dir', enc: 'A256GCM' }
        const good = await make(setup, maker, claims, header)
        const token = list.reduce((changed, change) => change(changed, good), good)
        // A header cannot carry it, so no server would see it.
        if (!/^[\x21-\x7e]+$/.test(token)) return
        const request = new Request('https://api.example.com/', {
          headers: { authorization: `Bearer ${token}` },
        })
        const server: oauth.AuthorizationServer = servers.get(alg) ?? { issuer }
        const jwks = publicJwks(await party.signingKey(setup))
        const theirs = oauth.validateJwtAccessToken(server, request, audience, {
          signingAlgorithms: [alg],
          [oauth.customFetch]: async () => Response.json(jwks),
        })
        await count.compare(theirs, await party.verifier(setup, profile, true), token)
      },
    )
    await fc.assert(property, { numRuns: runs })
    count.check()
  },
  timeLimit,
)

test('the oracles take what is good', async () => {
  const claims = { iss: issuer, aud: audience, exp: nowSeconds + 60 }
  const policy: PolicyModel = { issuer, audience, typ: 'at+jwt' }
  const property = fc.asyncProperty(setups, async (setup) => {
    const token = await party.write(setup, claims, { typ: 'at+jwt' })
    await askJose(setup, policy, token, now())
    const theirs = await party.write(setup, claims, { typ: 'at+jwt' }, true)
    if (theirs !== token && !/^[RP]S/.test(setup.alg)) {
      await expect(askJose(setup, policy, theirs, now())).rejects.toThrow()
    }
  })
  await fc.assert(property, { numRuns: 60 })
})
