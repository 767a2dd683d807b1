import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { errorTable, type SealbearerError, type Verifier } from '#core/index.js'
import { segment } from '#core-test-kit/hand-made.js'
import { audience, goodClaims, issuer, nowSeconds } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { untyped } from '#core-test-kit/untyped.js'
import { timeLimit, times } from './effort.js'
import { libraryOn } from './libraries.js'
import { type PolicyModel, type Setup, setups } from './models.js'
import { bitFlips, mutations } from './mutations.js'
import { outcomeOf, Party } from './parties.js'

const now = (): Date => new Date(nowSeconds * 1000)
const policy: PolicyModel = { issuer, audience, typ: 'at+jwt' }
let parties: readonly Party[]
beforeAll(async () => {
  parties = [new Party(await libraryOn('node'), now), new Party(await libraryOn('web'), now)]
})
const party = fc.nat(1).map((i) => parties[i] as Party) // There are two.

const reserved = ['iss', 'aud', 'exp', 'iat', 'jti', 'nbf', 'sub', 'toJSON']
/** Whatever an application may want to say in a token. */
const claimsToIssue = fc
  .dictionary(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((name) => !reserved.includes(name)),
    fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }),
    { maxKeys: 6, noNullPrototype: true },
  )
  .chain((claims) => fc.string({ unit: 'grapheme' }).map((sub) => ({ ...claims, sub })))

test(
  'what was issued verifies, as it was issued',
  async () => {
    const property = fc.asyncProperty(
      setups,
      party,
      party,
      claimsToIssue,
      async (setup, sender, receiver, claims) => {
        const { form, alg, keyManagement, enc } = setup
        const encryption = {
          keyManagement,
          contentEncryption: enc,
          keys: await sender.sealingKey(setup),
          ...(form === 'claim' && { nesting: { claim: 'token' } }),
        }
        const { issue } = sender.library.createIssuer(
          untyped({
            issuer,
            audience,
            typ: 'at+jwt',
            lifetime: 600,
            forbiddenClaims: [],
            now,
            ...(form !== 'encrypted' && {
              signature: { algorithm: alg, keys: await sender.signingKey(setup) },
            }),
            ...(form !== 'signed' && { encryption }),
          }),
        )
        const issued = await issue(claims)
        const verified = await (await receiver.verifier(setup, policy, true)).verify(issued.token)
        expect(verified.claims).toEqual(issued.claims)
        // As JSON has it: of two zeros there is only one.
        expect(verified.claims).toMatchObject(JSON.parse(JSON.stringify(claims)))
        expect(verified.form).toBe(form === 'claim' ? 'nested' : form)
      },
    )
    await fc.assert(property, { numRuns: times(150) })
  },
  timeLimit,
)

const cheap: readonly Setup[] = [
  { form: 'signed', alg: 'HS256', keyManagement: 'dir', enc: 'A256GCM' },
  { form: 'encrypted', alg: 'HS256', keyManagement: 'dir', enc: 'A256GCM' },
  { form: 'nested', alg: 'HS256', keyManagement: 'A256KW', enc: 'A128CBC-HS256' },
]

test.each(cheap)('not one bit of a token can change: $form', async (setup) => {
  const [node] = parties
  if (node === undefined) throw new Error('no party')
  const token = await node.write(setup, goodClaims, { typ: 'at+jwt' })
  const verifiers = [await node.verifier(setup, policy, true), await node.verifier(setup, policy, false)]
  for (const verifier of verifiers) expect(await outcomeOf(verifier, token)).toHaveProperty('claims')
  for (let i = 0; i < token.length; i++) {
    for (let bit = 0; bit < 16; bit++) {
      const changed =
        token.slice(0, i) + String.fromCharCode(token.charCodeAt(i) ^ (1 << bit)) + token.slice(i + 1)
      for (const verifier of verifiers) expect(await outcomeOf(verifier, changed)).toHaveProperty('code')
    }
  }
})

test(
  'not one bit of a token can change, whatever its algorithms',
  async () => {
    const property = fc.asyncProperty(
      setups,
      party,
      fc.array(bitFlips, { minLength: 4, maxLength: 4 }),
      async (setup, either, flips) => {
        const token = await either.write(setup, goodClaims, { typ: 'at+jwt' })
        const verifier = await either.verifier(setup, policy, true)
        expect(await outcomeOf(verifier, token)).toHaveProperty('claims')
        for (const flip of flips) expect(await outcomeOf(verifier, flip(token, ''))).toHaveProperty('code')
      },
    )
    await fc.assert(property, { numRuns: times(200) })
  },
  timeLimit,
)

test(
  'an attacker’s token is refused, whatever its algorithms',
  async () => {
    const property = fc.asyncProperty(setups, party, async (setup, either) => {
      // The one RSA key stands for both: making another takes longer than all else.
      if (/^[RP]S/.test(setup.alg) || setup.keyManagement.startsWith('RSA')) return
      const verifier = await either.verifier(setup, policy, true)
      const theirs = await either.write(setup, goodClaims, { typ: 'at+jwt' }, true)
      expect(await outcomeOf(verifier, theirs)).toHaveProperty('code')
      expect(
        await outcomeOf(verifier, await either.write(setup, goodClaims, { typ: 'at+jwt' })),
      ).toHaveProperty('claims')
    })
    await fc.assert(property, { numRuns: times(100) })
  },
  timeLimit,
)

const json = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc
    .record(
      {
        alg: fc.constantFrom('HS256', 'dir', 'none', 'ECDH-ES', 'RS256'),
        enc: fc.constant('A256GCM'),
        typ: fc.constant('at+jwt'),
        x: fc.jsonValue(),
      },
      { requiredKeys: ['alg'] },
    )
    .map((value) => JSON.stringify(value)),
)
const part = fc.oneof(
  json.map((text) => segment(text)),
  fc.base64String({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => segment(bytes)),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constant(''),
)
/** Text that looks like a token, more or less. */
const anyText = fc.oneof(
  fc.array(part, { maxLength: 7 }).map((parts) => parts.join('.')),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 200 }),
)

const codesOfTokens = new Set(
  Object.entries<{ status: number }>(errorTable).flatMap(([code, { status }]) =>
    status === 401 || status === 503 ? [code] : [],
  ),
)

/** Ends with a outcome, or with an error of the table that a token can cause. */
async function hasAnEnd(attempt: Promise<unknown>): Promise<void> {
  try {
    await attempt
  } catch (error) {
    expect(error).toMatchObject({ name: 'SealbearerError' })
    // Its name says what it is; the library it comes from is another copy.
    const { code, message } = error as SealbearerError
    expect([...codesOfTokens]).toContain(code)
    expect(error).not.toHaveProperty('cause')
    expect(message.length).toBeLessThan(200)
  }
}

test(
  'no input has any other end than a outcome or an error of the table',
  async () => {
    const inputs = fc.oneof(
      { weight: 4, arbitrary: anyText as fc.Arbitrary<unknown> },
      { weight: 1, arbitrary: fc.anything() },
    )
    const property = fc.asyncProperty(
      setups,
      party,
      inputs,
      fc.option(mutations),
      async (setup, either, input, mutation) => {
        const good = await either.write(setup, goodClaims, { typ: 'at+jwt' })
        const text = mutation === null || typeof input !== 'string' ? input : mutation(good, input)
        const verifier: Verifier = await either.verifier(setup, policy, true)
        await hasAnEnd(verifier.verify(untyped(text)))
        const { verifyJws, decryptJwe, decodeUnverified } = either.library
        await hasAnEnd(
          verifyJws(untyped(text), { algorithms: [setup.alg], keys: await either.signingKey(setup) }),
        )
        await hasAnEnd(
          decryptJwe(untyped(text), {
            keyManagement: [setup.keyManagement],
            contentEncryption: [setup.enc],
            keys: await either.sealingKey(setup),
          }),
        )
        decodeUnverified(untyped(text))
      },
    )
    await fc.assert(property, { numRuns: times(500) })
  },
  timeLimit,
)

test('bytes are a part of no other token', async () => {
  const property = fc.asyncProperty(
    party,
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
    async (either, one, two) => {
      const { library } = either
      const key = await library.importKey(bytes(32), { alg: 'HS256' })
      const policyOfJws = { algorithms: ['HS256' as const], keys: key }
      const [first, second] = await Promise.all(
        [one, two].map((payload) =>
          library
            .signJws(payload, { algorithm: 'HS256', key })
            .then((token) => library.verifyJws(token, policyOfJws)),
        ),
      )
      expect(first?.payload).toEqual(one)
      expect(second?.payload).toEqual(two)
    },
  )
  await fc.assert(property, { numRuns: times(100) })
})
