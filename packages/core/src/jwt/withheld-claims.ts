import { maxNesting } from '../compact/json.js'
import type { ErrorCode } from '../error-table.js'
import { SealbearerError } from '../errors.js'
import { reservedClaims } from './issued-claims.js'

/** Claims that no token should contain, however protected: whoever sees one could act as the user permanently. */
export const defaultForbiddenClaims: readonly string[] = [
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'passcode',
  'pin',
  'otp',
  'totp',
  'hotp',
  'one_time_password',
  'one_time_code',
  'mfa_code',
  'otp_secret',
  'totp_secret',
  'recovery_code',
  'recovery_codes',
  'security_answer',
  'secret',
  'client_secret',
  'api_key',
  'private_key',
  'credit_card',
  'card_number',
  'cvv',
  'cvc',
]

const maxRememberedNames = 1000

/** `Pass-Word`, `passWord` and `pass_word` are the same name. */
const comparableName = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

function nameSet(option: string, names: unknown): ReadonlySet<string> {
  const isList =
    Array.isArray(names) && Array.from(names).every((name) => typeof name === 'string' && name !== '')
  if (!isList) {
    throw new TypeError(`${option}: must be a list of claim names; [] for none`)
  }
  const comparable = names.map(comparableName)
  if (comparable.includes('')) {
    throw new TypeError(`${option}: a name has no letters or digits, and only these are compared; remove it`)
  }
  return new Set(comparable)
}

/** A configuration that cannot be enforced must fail. @throws {TypeError} */
function checkNotReserved(option: string, names: ReadonlySet<string>, wayOut: string): void {
  const name = reservedClaims.find((reserved) => names.has(reserved))
  if (name !== undefined) throw new TypeError(`${option}: every token has "${name}"; ${wayOut}`)
}

/**
 * Creates the check that keeps claims out of a token by name, at any depth. Only letters and digits are compared,
 * ignoring case. It cannot know the content of a claim with another name.
 *
 * @throws {TypeError} for invalid options.
 */
export function withheldClaimsCheck(options: {
  readonly forbiddenClaims: unknown
  readonly confidentialClaims: unknown
  readonly isEncrypted: boolean
}): (claims: object) => void {
  const forbidden = nameSet('forbiddenClaims', options.forbiddenClaims)
  const confidential = nameSet('confidentialClaims', options.confidentialClaims)
  const onlyEncrypted = options.isEncrypted ? new Set<string>() : confidential
  checkNotReserved('forbiddenClaims', forbidden, 'leave it out')
  checkNotReserved('confidentialClaims', onlyEncrypted, 'leave it out, or add encryption')

  /** `false` if no name is forbidden. */
  const codes = new Map<string, ErrorCode | false>()
  const codeOf = (name: string): ErrorCode | false => {
    // Verifiers drop it, because copying it would change the prototype of the copy.
    if (name === '__proto__') return 'SB_CLAIM_FORBIDDEN'
    const known = codes.get(name)
    if (known !== undefined) return known
    const comparable = comparableName(name)
    const unlessEncrypted = onlyEncrypted.has(comparable) && 'SB_CLAIM_CONFIDENTIAL'
    const code = forbidden.has(comparable) ? 'SB_CLAIM_FORBIDDEN' : unlessEncrypted
    // Names can come from users; most issuers have about ten.
    if (codes.size >= maxRememberedNames) codes.clear()
    codes.set(name, code)
    return code
  }
  const check = (value: object, depth: number): void => {
    if (depth > maxNesting) throw new TypeError(`claims: nested deeper than ${maxNesting} levels`)
    if (!Array.isArray(value)) {
      for (const name of Object.keys(value)) {
        const code = codeOf(name)
        if (code !== false) throw new SealbearerError(code, name)
      }
    }
    for (const child of Object.values(value)) {
      if (typeof child === 'object' && child !== null) check(child, depth + 1)
    }
  }
  return (claims) => check(claims, 1)
}
