import { type ErrorCode, errorTable } from '../error-table.js'
import type { FailureResponse } from '../errors.js'
import { warn } from '../warning.js'

/** The specification of each rule, by the prefix of its codes; the first match counts. */
const sections: readonly (readonly [codes: RegExp, section: string])[] = [
  [/^SB_HTTPS_REQUIRED$/, 'RFC 6750 §5.3'],
  [/^SB_CSRF$/, 'RFC 6265 §8.2'],
  [/^SB_CREDENTIALS_REPEATED$/, 'RFC 6750 §2'],
  [/^SB_HEADERS_TRUNCATED$/, 'RFC 9110 §5.4'],
  [/^SB_CREDENTIALS_/, 'RFC 6750 §2.1'],
  [/^SB_PROOF_/, 'RFC 9449 §4.3'],
  [/^SB_CONFIRMATION_/, 'RFC 7800 §3'],
  [/^SB_AUTHENTICATION_/, 'RFC 9470 §3'],
  [/^SB_CRIT_/, 'RFC 7515 §4.1.11'],
  [/^SB_(?:ALG|ENC)_NOT_ALLOWED$/, 'RFC 8725 §3.1'],
  [/^SB_KEY_NOT_FOUND$/, 'RFC 7515 §6'],
  [/^SB_INTEGRITY_FAILED$/, 'RFC 7515 §5.2'],
  [/^SB_NESTED_|^SB_FORM_/, 'RFC 7519 §7.2'],
  [/^SB_TYP_/, 'RFC 8725 §3.11'],
  [/^SB_ISSUER_MISMATCH$/, 'RFC 7519 §4.1.1'],
  [/^SB_AUDIENCE_/, 'RFC 7519 §4.1.3'],
  [/^SB_TOKEN_EXPIRED$/, 'RFC 7519 §4.1.4'],
  [/^SB_TOKEN_NOT_YET_VALID$/, 'RFC 7519 §4.1.5'],
  [/^SB_TOKEN_TOO_OLD$/, 'RFC 7519 §4.1.6'],
  [/^SB_TOKEN_REVOKED$/, 'RFC 7009 §2'],
  [/^SB_(?:TOKEN_MALFORMED|HEADER_INVALID)$/, 'RFC 7519 §7.2'],
  [/^SB_CLAIM/, 'RFC 7519 §4'],
  [/^SB_(?:SCOPE|ROLE|ISSUER|REQUIREMENT|ACTOR)_/, 'RFC 6750 §3.1'],
]

/** Why a request is rejected, as sent to the client with `explain: true`. */
interface Explained {
  readonly code: ErrorCode
  readonly parameter?: string | undefined
}

/** Adds the cause to the body of a response: names and fixed texts, never a value. */
export function explainedBody(
  body: FailureResponse['body'],
  { code, parameter }: Explained,
): FailureResponse['body'] {
  const section = sections.find(([codes]) => codes.test(code))?.[1] ?? 'RFC 6750 §3'
  return Object.freeze({
    ...body,
    code,
    ...(parameter !== undefined && { parameter }),
    rule: errorTable[code].message,
    rfc: section,
  })
}

/** Reads the option `explain`, and prints a warning if it is on. @throws {TypeError} */
export function explainOption(explain: unknown): boolean {
  if (explain === undefined || explain === false) return false
  if (explain !== true) throw new TypeError('explain: must be true or false')
  warn(
    'explain: true reveals to every client why its request was rejected, which also helps attackers; use it only in development',
    'SB_EXPLAIN',
  )
  return true
}
