import { afterAll, describe, expect, test, vi } from 'vitest'
import { isSealbearerError } from '../errors.js'
import { algorithmConfusion } from './algorithm-confusion.js'
import { algorithmNone } from './algorithm-none.js'
import type { Family, Policy } from './attack.js'
import { b64, crit } from './critical.js'
import { crossIssuer } from './cross-issuer.js'
import { doubledMembers } from './doubled-members.js'
import { embeddedKeys } from './embedded-keys.js'
import { encryptedKeys, passwordBased, rsaPkcs1Encryption, truncated, zip } from './envelopes.js'
import { ephemeralKeys } from './ephemeral-keys.js'
import { forms, parts } from './forms.js'
import { keyRestrictions, otherAlgorithms, wrongCurves } from './key-descriptions.js'
import { keyIds } from './key-ids.js'
import { contentType, strangersEnvelope, wronglyNested } from './nesting.js'
import { numericDates, times } from './numeric-dates.js'
import { audiences, issuers, typConfusion } from './parties.js'
import { headerShapes, payloadShapes } from './payload-shapes.js'
import { publicKeyAsSecret } from './public-key-as-secret.js'
import { ecdsaSignatures, otherSignatures } from './signatures.js'
import { smallOrderKeys } from './small-order-keys.js'
import { base64urlSpellings } from './spellings.js'
import { shortSecrets, weakRsa } from './weak-keys.js'

const families: readonly Family[] = [
  algorithmNone,
  algorithmConfusion,
  publicKeyAsSecret,
  embeddedKeys,
  keyIds,
  crit,
  b64,
  doubledMembers,
  payloadShapes,
  headerShapes,
  base64urlSpellings,
  parts,
  forms,
  wronglyNested,
  strangersEnvelope,
  contentType,
  numericDates,
  times,
  issuers,
  audiences,
  typConfusion,
  crossIssuer,
  shortSecrets,
  weakRsa,
  smallOrderKeys,
  keyRestrictions,
  wrongCurves,
  otherAlgorithms,
  ecdsaSignatures,
  otherSignatures,
  ephemeralKeys,
  truncated,
  encryptedKeys,
  zip,
  passwordBased,
  rsaPkcs1Encryption,
]

/** Nothing in a token may cause a request. */
const fetched = vi.fn()
vi.stubGlobal('fetch', fetched)
afterAll(() => {
  vi.unstubAllGlobals()
})

/** `accepted`, or the code that the token, or the policy itself, was refused with. */
async function verdict(policy: Policy, token: () => unknown): Promise<string> {
  try {
    const judge = await policy()
    // Attackers in JavaScript, and frameworks, can hand on anything.
    await judge.verify((await token()) as string)
    return 'accepted'
  } catch (error) {
    if (isSealbearerError(error)) return error.code
    if (error instanceof TypeError) return 'TypeError'
    throw error
  }
}

describe.each(families)('$name', ({ attacks }) => {
  test.each(attacks.map((attack) => [attack.what, attack] as const))('%s', async (_, attack) => {
    const { policy, token, code, twin, twinPolicy = policy } = attack
    expect(await verdict(policy, token)).toBe(code)
    expect(await verdict(twinPolicy, twin)).toBe('accepted')
    // What was accepted opens no door for what was refused.
    expect(await verdict(policy, token)).toBe(code)
  })
})

describe('the table', () => {
  const all = families.flatMap(({ name, attacks }) => attacks.map((attack) => ({ ...attack, name })))

  test('has at least 250 rows, of every family', () => {
    expect(all.length).toBeGreaterThanOrEqual(250)
    expect(families.map(({ name }) => name)).toEqual([
      'alg none, in every spelling',
      'HS256 for RS256, under the public key',
      'a public key taken for a secret, when the key is made',
      'a key in the token, or an address of one',
      'kid as path, SQL, prototype, size and type',
      'crit',
      'b64',
      'members twice',
      'claims that are no JSON object',
      'a header that is no JSON object',
      'base64url, spelt otherwise',
      'wrong number of parts',
      'JWS for JWE and back',
      'nested with the wrong thing inside',
      'an envelope that a stranger made with the public key',
      'cty',
      'exp, nbf and iat that are no date',
      'out of time',
      'iss of another shape',
      'aud of another shape',
      'typ: another token as an access token',
      'a token of one issuer under the keys of another',
      'short secrets',
      'short RSA, and exponents that sign anything',
      'public keys of small order, under which anybody signs',
      'use, key_ops and alg of a JWK',
      'keys of another type or curve, and points that are on none',
      'a token of another algorithm of the family',
      'ECDSA signatures of zeros, in DER, of another length',
      'EdDSA, RSA and HMAC signatures that are almost right',
      'epk off the curve, of low order, of another curve',
      'tags, IVs and ciphertexts cut short',
      'encrypted_key where none may be, none where one must be',
      'zip',
      'PBES2, with up to 2³¹ iterations and more',
      'RSA1_5',
    ])
  })

  test('says of each attack what it is and where it comes from', () => {
    expect(new Set(all.map(({ name, what }) => `${name}: ${what}`)).size).toBe(all.length)
    for (const { source } of all) expect(source).toMatch(/^(CVE-|GHSA-|RFC |OpenID )/)
  })

  test('caused no request', () => {
    expect(fetched).not.toHaveBeenCalled()
  })
})
