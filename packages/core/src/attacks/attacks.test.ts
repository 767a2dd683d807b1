import { afterAll, describe, expect, test, vi } from 'vitest'
import { isSealbearerError } from '../errors.js'
import { algorithmConfusion } from './algorithm-confusion.js'
import { algorithmNone } from './algorithm-none.js'
import type { Family, Policy } from './attack.js'
import { b64, crit } from './critical.js'
import { crossIssuer } from './cross-issuer.js'
import { doubledMembers } from './doubled-members.js'
import { embeddedKeys } from './embedded-keys.js'
import { forms, parts } from './forms.js'
import { keyRestrictions, otherAlgorithms, wrongCurves } from './key-descriptions.js'
import { keyIds } from './key-ids.js'
import { contentType, strangersEnvelope, wronglyNested } from './nesting.js'
import { numericDates, times } from './numeric-dates.js'
import { audiences, issuers, typConfusion } from './parties.js'
import { payloadShapes } from './payload-shapes.js'
import { base64urlSpellings } from './spellings.js'
import { shortSecrets, weakRsa } from './weak-keys.js'

const families: readonly Family[] = [
  algorithmNone,
  algorithmConfusion,
  embeddedKeys,
  keyIds,
  crit,
  b64,
  doubledMembers,
  payloadShapes,
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
  keyRestrictions,
  wrongCurves,
  otherAlgorithms,
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

  test('has at least 250 rows', () => {
    expect(all.length).toBeGreaterThanOrEqual(250)
  })

  test('says of each attack what it is and where it comes from', () => {
    expect(new Set(all.map(({ name, what }) => `${name}: ${what}`)).size).toBe(all.length)
    for (const { source } of all) expect(source).toMatch(/^(CVE-|GHSA-|RFC |OpenID )/)
  })

  test('caused no request', () => {
    expect(fetched).not.toHaveBeenCalled()
  })
})
