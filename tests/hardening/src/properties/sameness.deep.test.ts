import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nowSeconds } from '#core-test-kit/parties.js'
import { timeLimit, times } from './effort.js'
import { libraryOn } from './libraries.js'
import { claimSets, headers, policies, setups } from './models.js'
import { mutations } from './mutations.js'
import { outcomeOf, Party } from './parties.js'

/** Both sides, with a clock of their own: a test that was given up may still be moving its clock. */
async function parties(): Promise<{ node: Party; web: Party; setClock(seconds: number): void }> {
  let seconds = nowSeconds
  const now = (): Date => new Date(seconds * 1000)
  return {
    node: new Party(await libraryOn('node'), now),
    web: new Party(await libraryOn('web'), now),
    setClock: (to) => {
      seconds = to
    },
  }
}

const moments = fc.array(fc.constantFrom(-3600, -60, -1, 0, 1, 4, 5, 6, 60, 900, 3600, 90_000), {
  maxLength: 3,
})

test(
  'both engines, remembering or not, say the same of every token at any time',
  async () => {
    const { node, web, setClock } = await parties()
    let accepted = 0
    let refused = 0
    const property = fc.asyncProperty(
      setups,
      policies,
      claimSets,
      headers,
      fc.array(mutations, { maxLength: 2 }),
      fc.boolean(),
      moments,
      async (setup, policy, claims, header, changes, isAttacker, later) => {
        setClock(nowSeconds)
        const [writer, other] = claims['sub'] === undefined ? [node, web] : [web, node]
        const good = await writer.write(setup, claims, header)
        const another = await other.write(setup, { ...claims, sub: 'another' }, header, isAttacker)
        const token = changes.reduce((changed, change) => change(changed, another), good)
        const verifiers = await Promise.all(
          [node, web].flatMap((party) => [true, false].map((cache) => party.verifier(setup, policy, cache))),
        )
        for (const offset of [0, ...later, 0]) {
          setClock(nowSeconds + offset)
          for (const text of [good, token, another]) {
            const outcomes = await Promise.all(verifiers.map((verifier) => outcomeOf(verifier, text)))
            const [first] = outcomes
            for (const outcome of outcomes) expect(outcome).toEqual(first)
            if (Object.hasOwn(Object(first), 'claims')) accepted++
            else refused++
          }
        }
      },
    )
    await fc.assert(property, { numRuns: times(200) })
    // Neither half may be so rare that the test is about nothing.
    expect(accepted).toBeGreaterThan(times(200) / 4)
    expect(refused).toBeGreaterThan(times(200) / 4)
  },
  timeLimit,
)

const subsets = fc.subarray(['iat', 'nbf', 'exp'] as const)

test(
  'at exp - 1, exp and exp + 1, with every subset of iat, nbf and exp',
  async () => {
    const { node, web, setClock } = await parties()
    const property = fc.asyncProperty(
      setups,
      subsets,
      fc.constantFrom(0, 5),
      fc.constantFrom(undefined, 10),
      fc.constantFrom(10, 10.5),
      async (setup, names, clockTolerance, maxTokenAge, life) => {
        const dates = { iat: nowSeconds, nbf: nowSeconds, exp: nowSeconds + life }
        const claims = {
          iss: 'https://auth.example.com',
          aud: 'https://api.example.com',
          ...Object.fromEntries(names.map((name) => [name, dates[name]])),
        }
        const policy = {
          issuer: 'https://auth.example.com',
          audience: 'https://api.example.com',
          typ: 'at+jwt',
          clockTolerance,
          ...(maxTokenAge !== undefined && { maxTokenAge }),
        }
        const token = await node.write(setup, claims, { typ: 'at+jwt' })
        const verifiers = await Promise.all(
          [node, web].flatMap((party) => [true, false].map((cache) => party.verifier(setup, policy, cache))),
        )
        const [has, exp] = [
          (name: (typeof names)[number]) => names.includes(name),
          dates.exp + clockTolerance,
        ]
        for (const moment of [
          nowSeconds,
          exp - 1,
          exp - 0.25,
          exp,
          exp + 1,
          nowSeconds - clockTolerance - 1,
        ]) {
          setClock(moment)
          const isAlive =
            has('exp') &&
            moment < exp &&
            (!(has('nbf') || has('iat')) || moment >= nowSeconds - clockTolerance) &&
            (maxTokenAge === undefined || (has('iat') && moment - nowSeconds <= maxTokenAge + clockTolerance))
          for (const verifier of verifiers) {
            expect(Object.hasOwn(Object(await outcomeOf(verifier, token)), 'claims')).toBe(isAlive)
          }
        }
      },
    )
    await fc.assert(property, { numRuns: times(150) })
  },
  timeLimit,
)
