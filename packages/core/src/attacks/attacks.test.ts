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
import { memory } from './memory.js'
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
  memory,
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

/** A line for each family; `vitest -u` writes it anew. */
function listing(): string {
  const lines = families.map(({ name, attacks }) => {
    const codes = [...new Set(attacks.map(({ code }) => `\`${code}\``))].join(', ')
    const sources = [...new Set(attacks.flatMap(({ source }) => source.split(', ')))]
    return `| ${name} | ${attacks.length} | ${codes} | ${sources.join(', ')} |`
  })
  const sum = families.reduce((rows, { attacks }) => rows + attacks.length, 0)
  return `# Attacks

${sum} rows, which \`attacks.test.ts\` runs through both engines. Each is a token (or a key, or a policy) that must be refused with its code, beside one that
differs from it as little as possible and must be accepted. Nothing in any of them may cause a request.

| family | rows | refused with | after |
| --- | --- | --- | --- |
${lines.join('\n')}
`
}

describe('the table', () => {
  const all = families.flatMap(({ name, attacks }) => attacks.map((attack) => ({ ...attack, name })))

  test('has at least 250 rows', () => {
    expect(all.length).toBeGreaterThanOrEqual(250)
  })

  test('is listed in the README beside it', async () => {
    await expect(listing()).toMatchFileSnapshot('README.md')
  })

  test('says of each attack what it is and where it comes from', () => {
    expect(new Set(all.map(({ name, what }) => `${name}: ${what}`)).size).toBe(all.length)
    for (const { source } of all) expect(source).toMatch(/^(CVE-|GHSA-|RFC |OpenID )/)
  })

  test('caused no request', () => {
    expect(fetched).not.toHaveBeenCalled()
  })
})
