import { defaultForbiddenClaims } from '@sealbearer/core'
import { type Finding, risky, wrong } from './finding.js'
import type { Members } from './inspected-token.js'

/** Claims about a person, by the names of OpenID Connect Core §5.1 and common usage. */
export const personal: readonly string[] = [
  'email',
  'phone_number',
  'phone',
  'address',
  'birthdate',
  'name',
  'given_name',
  'family_name',
  'ssn',
  'ssn_last4',
]

const plainName = (name: string): string => name.toLowerCase().replace(/[-_]/g, '')
const forbidden = new Set(defaultForbiddenClaims.map(plainName))

function namesIn(value: Members, prefix = '', depth = 0): readonly { name: string; path: string }[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = prefix + name
    const isObject = typeof inner === 'object' && inner !== null && depth < 8
    // Only read: objects and lists alike have names and values.
    return [{ name, path }, ...(isObject ? namesIn(inner as Members, `${path}.`, depth + 1) : [])]
  })
}

const boundBy = (cnf: unknown): string | undefined => {
  if (typeof cnf !== 'object' || cnf === null) return undefined
  if ('jkt' in cnf) return 'a DPoP key'
  return 'x5t#S256' in cnf ? 'a client certificate' : 'a key'
}

/** What is wrong with claims, `inPlain` where anyone who holds the token can read them. */
export function claimsFindings(claims: Members, inPlain: boolean): readonly (Finding | false)[] {
  const { iss, aud, cnf, htu } = claims
  // A DPoP proof names neither (RFC 9449 §4.2).
  const isProof = htu !== undefined
  const bound = boundBy(cnf)
  return [
    !isProof && iss === undefined && risky('iss', 'nothing says who issued it'),
    !isProof &&
      aud === undefined &&
      risky(
        'aud',
        'nothing says for whom it is: every service may take it',
        'who gets the token at one service uses it at every other',
      ),
    Array.isArray(aud) &&
      aud.length > 1 &&
      risky(
        'aud',
        `it is for ${aud.length} audiences at once`,
        'who runs one of these services uses the token at all the others',
      ),
    cnf !== undefined &&
      risky(
        'cnf',
        bound === undefined
          ? 'the confirmation is not an object, so nothing can be checked by it'
          : `bound to ${bound}: a server that ignores "cnf" accepts it from anyone`,
        'uses a stolen token at a server that asks for no proof of the key',
      ),
    ...namesIn(claims).map(
      ({ name, path }): Finding | false =>
        (forbidden.has(plainName(name)) &&
          wrong(
            path,
            inPlain
              ? 'looks like a secret, and anyone who holds the token can read it'
              : 'looks like a secret, and every service that can decrypt the token can read it',
            'reads it in a log, a proxy or a browser, and acts as the user from then on',
          )) ||
        (inPlain &&
          personal.includes(name.toLowerCase()) &&
          risky(path, 'about a person, and anyone who holds the token can read it; encrypt the token')),
    ),
  ]
}

/** Claims that an encrypted token repeats in its header (RFC 7519 §5.3). */
export const repeatedFindings = (
  header: Members,
  claims: Members | undefined,
): readonly (Finding | false)[] => [
  ...['iss', 'sub', 'aud', ...personal].map(
    (name) => header[name] !== undefined && risky(name, 'repeated in the header, where anyone can read it'),
  ),
  ...(claims === undefined ? [] : ['iss', 'sub', 'aud']).map(
    (name) =>
      header[name] !== undefined &&
      JSON.stringify(header[name]) !== JSON.stringify(claims?.[name]) &&
      wrong(
        name,
        'the header says something else than the claims inside (RFC 7519 §5.3)',
        'has it routed by its header to a service that it was not issued for',
      ),
  ),
]
