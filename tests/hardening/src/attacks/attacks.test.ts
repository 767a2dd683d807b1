import { afterAll, describe, expect, test, vi } from 'vitest'
import { isSealbearerError } from '#core/errors.js'
import type { Policy } from './attack.js'
import { families } from './families.js'

/** Nothing in a token may cause a request. */
const fetched = vi.fn()
vi.stubGlobal('fetch', fetched)
afterAll(() => {
  vi.unstubAllGlobals()
})

/** `accepted`, or the code that the token, or the policy itself, was refused with. */
async function outcomeOf(policy: Policy, token: () => unknown): Promise<string> {
  try {
    const verifier = await policy()
    await verifier.verify(await token())
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
    expect(await outcomeOf(policy, token)).toBe(code)
    expect(await outcomeOf(twinPolicy, twin)).toBe('accepted')
    // What was accepted opens no door for what was refused.
    expect(await outcomeOf(policy, token)).toBe(code)
  })
})

test('none of them left anything on a prototype', () => {
  for (const prototype of [Object.prototype, Array.prototype, Function.prototype, String.prototype]) {
    expect(Object.keys(prototype)).toEqual([])
  }
  expect({}).not.toHaveProperty('iss')
})

/** The node:dns of workerd looks names up over HTTPS. */
const isLookup = (url: unknown): boolean => String(url).startsWith('https://cloudflare-dns.com/dns-query?')

test('none of them caused a request', () => {
  expect(fetched.mock.calls.filter(([url]) => !isLookup(url))).toEqual([])
})
