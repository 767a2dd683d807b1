import fc from 'fast-check'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { audience, issuer, nowSeconds } from '#core-test-kit/parties.js'
import { pem } from '#core-test-kit/test-keys.js'
import { clientJwk } from '../attacks/proof-requests.js'
import { timeLimit, times } from './effort.js'
import { libraryOn } from './libraries.js'
import { mutations } from './mutations.js'
import { accepts, algorithms, boundToken, changes, every, proofFor, sameKey } from './proof-models.js'

const now = (): Date => new Date(nowSeconds * 1000)
/** Theirs, in both directions, is fixed. */
const windowSeconds = 300

type Decide = (request: Request) => Promise<'accepted' | string>

async function acceptsOn(engine: 'node' | 'web'): Promise<Decide> {
  const { authenticateRequest, createAuthenticator, createMemoryStore, createVerifier, dpop, importKey } =
    await libraryOn(engine)
  const keys = await importKey(pem('ec-P-256.spki'), { alg: 'ES256' })
  const authenticator = createAuthenticator({
    verifier: createVerifier({
      ...{ issuer, audience, typ: 'at+jwt', now },
      signature: { algorithms: ['ES256'], keys },
    }),
    credentials: [
      dpop({
        origin: audience,
        replay: createMemoryStore({ now }),
        maxAge: windowSeconds,
        clockTolerance: windowSeconds,
        now,
      }),
    ],
  })
  return async (request) => {
    const outcome = await authenticateRequest(authenticator, request)
    return outcome.ok ? 'accepted' : outcome.error.code
  }
}

let ours: Readonly<Record<'node' | 'web', Decide>>
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: now() })
  ours = { node: await acceptsOn('node'), web: await acceptsOn('web') }
})
afterAll(() => {
  vi.useRealTimers()
})

// They keep the keys of a server by this object.
const server = { issuer, jwks_uri: `${issuer}/jwks` }
const jwks = { keys: [{ ...clientJwk('ES256'), alg: 'ES256', use: 'sig' }] }
const theirs: Decide = (request) =>
  oauth
    .validateJwtAccessToken(server, request, audience, {
      [oauth.clockTolerance]: windowSeconds,
      [oauth.customFetch]: async () => Response.json(jwks),
    })
    .then(
      () => 'accepted',
      (error: Error) => error.message,
    )

const requestWith = (token: string, proof: string): Request =>
  new Request(`${audience}/orders?page=1`, { headers: { authorization: `DPoP ${token}`, dpop: proof } })

test(
  'proofs are accepted as oauth4webapi accepts them, but for the differences listed',
  async () => {
    const counts = { accepted: 0, refused: 0 }
    const property = fc.asyncProperty(
      fc.constantFrom(...algorithms),
      fc.constantFrom('node' as const, 'web' as const),
      fc.constantFrom(...algorithms),
      fc.integer({ min: 0, max: 9 }),
      changes,
      async (alg, engine, otherAlg, luck, list) => {
        // One token in ten is another client's.
        const isOwn = luck > 0 || sameKey(alg, otherAlg)
        const token = boundToken(isOwn ? alg : otherAlg)
        const request = requestWith(token, proofFor(alg, token, list))
        const expected = (side: 'us' | 'them') => isOwn && list.every(({ who }) => accepts(who, side))
        const results = { us: await ours[engine](request), them: await theirs(request) }
        expect({ us: results.us === 'accepted', them: results.them === 'accepted', results }).toEqual({
          us: expected('us'),
          them: expected('them'),
          results,
        })
        counts[results.us === 'accepted' ? 'accepted' : 'refused']++
      },
    )
    await fc.assert(property, { numRuns: times(600) })
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(times(600) / 5)
  },
  timeLimit,
)

test.each(algorithms)(
  'each difference is met: %s',
  async (alg) => {
    const token = boundToken(alg)
    for (const one of every) {
      const request = requestWith(token, proofFor(alg, token, [one]))
      const results = { us: await ours.node(request), them: await theirs(request) }
      expect([one, results.us === 'accepted', results.them === 'accepted', results]).toEqual([
        one,
        accepts(one.who, 'us'),
        accepts(one.who, 'them'),
        results,
      ])
    }
  },
  timeLimit,
)

test(
  'a proof that is changed on its way is refused, and with a code of proofs',
  async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...algorithms),
      fc.constantFrom('node' as const, 'web' as const),
      mutations,
      async (alg, engine, mutation) => {
        const token = boundToken(alg)
        const [good, other] = [proofFor(alg, token), proofFor(alg, token)]
        const changed = mutation(good, other)
        // No header carries it.
        if (!/^[\x21-\x7e]*$/.test(changed) || changed === good || changed === other) return
        const outcome = await ours[engine](requestWith(token, changed))
        expect(['SB_PROOF_INVALID', 'SB_PROOF_MISSING', 'SB_CONFIRMATION_MISMATCH']).toContain(outcome)
        expect(await ours[engine](requestWith(token, good))).toBe('accepted')
      },
    )
    await fc.assert(property, { numRuns: times(400) })
  },
  timeLimit,
)

test(
  'of any uses of any proofs, each proof is accepted once',
  async () => {
    const property = fc.asyncProperty(
      fc.constantFrom('node' as const, 'web' as const),
      fc.array(fc.nat(3), { minLength: 2, maxLength: 12 }),
      fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), {
        minLength: 4,
        maxLength: 4,
      }),
      async (engine, uses, names) => {
        const token = boundToken('EdDSA')
        const prefix = crypto.randomUUID()
        const proofs = names.map((name) =>
          proofFor('EdDSA', token, [{ part: 'claim', name: 'jti', value: `${prefix}${name}`, who: 'both' }]),
        )
        const outcomes = await Promise.all(
          uses.map((use) => ours[engine](requestWith(token, proofs[use] ?? expect.unreachable()))),
        )
        expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(new Set(uses).size)
        expect(outcomes.every((code) => code === 'accepted' || code === 'SB_PROOF_REPLAYED')).toBe(true)
      },
    )
    await fc.assert(property, { numRuns: times(200) })
  },
  timeLimit,
)
