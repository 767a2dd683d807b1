import { answers } from '../answers.js'
import type { ConformanceCase, RefusedCase } from '../conformance-case.js'
import { bearerOf } from '../request-headers.js'

const good = bearerOf(() => 'opaque-active')

const refused: readonly (readonly [token: string, code: RefusedCase['code']])[] = [
  ['opaque-inactive', 'SB_TOKEN_INACTIVE'],
  ['opaque-other-audience', 'SB_AUDIENCE_MISMATCH'],
  ['opaque-no-audience', 'SB_CLAIM_MISSING'],
  ['opaque-other-issuer', 'SB_ISSUER_MISMATCH'],
  ['opaque-expired', 'SB_TOKEN_EXPIRED'],
  ['opaque-not-yet', 'SB_TOKEN_NOT_YET_VALID'],
  ['opaque-bound', 'SB_CONFIRMATION_REQUIRED'],
]

/** Tokens that the issuer is asked about (RFC 7662). */
export const introspectionCases: readonly ConformanceCase[] = [
  { title: 'introspection: an active token', policy: 'introspection', headers: good, grant: {} },
  ...refused.map(
    ([token, code]): RefusedCase => ({
      title: `introspection: ${token}`,
      policy: 'introspection',
      headers: bearerOf(() => token),
      answer: answers.invalidToken,
      code,
      twin: { headers: good },
    }),
  ),
  ...['opaque-outage', 'opaque-no-answer'].map(
    (token): RefusedCase => ({
      title: `introspection: ${token}`,
      policy: 'introspection',
      headers: bearerOf(() => token),
      answer: answers.unavailable,
      code: 'SB_INTROSPECTION_FAILED',
      twin: { headers: good },
    }),
  ),
]
