import type { ErrorCode } from '@sealbearer/core'
import { answers } from './answers.js'
import type { AcceptedCase, RefusedCase } from './conformance-case.js'
import type { PolicyName } from './policies.js'
import { bearerOf, goodToken, type TokenRecipe } from './request-headers.js'

/** A bad token, and the good one that is nearest to it; by default the policy's own. */
export type TokenRow = readonly [
  title: string,
  code: ErrorCode,
  bad: TokenRecipe,
  good?: TokenRecipe,
  grant?: AcceptedCase['grant'],
]

const goodTokens: Partial<Readonly<Record<PolicyName, TokenRecipe>>> = {
  hmac: (tokens) => tokens.hmac(),
  schema: (tokens) => tokens.signed({ claims: { tenant: 'acme' } }),
  encrypted: (tokens) => tokens.sealed(),
  wrapped: (tokens) => tokens.wrapped(),
  nested: (tokens) => tokens.nested(),
  nestedRsa: (tokens) => tokens.nested({ recipient: 'rsa' }),
  carried: (tokens) => tokens.carried(),
}

/** Makes cases out of bad tokens for one policy. All get the same answer, whatever is wrong with them. */
export function refusedTokens(policy: PolicyName, rows: readonly TokenRow[]): readonly RefusedCase[] {
  return rows.map(([title, code, bad, good = goodTokens[policy] ?? goodToken, grant = {}]) => ({
    title: `${policy}: ${title}`,
    policy,
    headers: bearerOf(bad),
    answer: answers.invalidToken,
    code,
    twin: { headers: bearerOf(good), grant },
  }))
}

/** Makes cases out of good tokens that look unusual. */
export function acceptedTokens(
  policy: PolicyName,
  rows: readonly (readonly [title: string, recipe: TokenRecipe])[],
): readonly AcceptedCase[] {
  return rows.map(([title, recipe]) => ({
    title: `${policy}: ${title}`,
    policy,
    headers: bearerOf(recipe),
    grant: {},
  }))
}
