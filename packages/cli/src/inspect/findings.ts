import { defaultForbiddenClaims } from '@sealbearer/core'
import type { InspectedToken, Members } from './inspected-token.js'

/** Something about a token that its owner should know. */
export interface Finding {
  /** `wrong`: verifiers refuse it, or should. `risky`: works, and can be turned against its owner. */
  readonly severity: 'wrong' | 'risky'
  /** The parameter or claim that it is about. */
  readonly parameter: string
  readonly text: string
}

type Rule = (token: InspectedToken, now: number) => readonly (Finding | false | undefined)[]

const wrong = (parameter: string, text: string): Finding => ({ severity: 'wrong', parameter, text })
const risky = (parameter: string, text: string): Finding => ({ severity: 'risky', parameter, text })

/** Header parameters that bring or point to a key. */
const keyBearing = ['jwk', 'jku', 'x5u', 'x5c']

/** Claims about a person, by the names of OpenID Connect Core §5.1 and common usage. */
const personal = [
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

const symmetric = /^(dir|A(128|192|256)(GCM)?KW)$/
/** The year 5138; in milliseconds, 1973. */
const latestSeconds = 100_000_000_000
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const minutes = (seconds: number): string =>
  seconds < 120
    ? `${Math.round(seconds)} s`
    : seconds < 172_800
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 86_400)} days`

const headerRule: Rule = ({ protectedHeader: header, form }) => {
  if (header === undefined) {
    return [wrong('header', 'the protected header is no proper JSON object (or names a member twice)')]
  }
  const { alg } = header
  return [
    typeof alg !== 'string' && wrong('alg', 'there is no algorithm'),
    typeof alg === 'string' &&
      /^none$/i.test(alg) &&
      wrong('alg', '"none" means nobody signed it: anyone can have written it'),
    alg === 'RSA1_5' && wrong('alg', 'RSA1_5 leaks keys to patient attackers; use RSA-OAEP-256'),
    typeof alg === 'string' &&
      alg.startsWith('PBES2') &&
      wrong('alg', 'the token itself sets how costly opening it is'),
    ...keyBearing.map(
      (name) =>
        header[name] !== undefined &&
        risky(
          name,
          'the token brings its own key or says where to get it; a verifier that listens can be told anything',
        ),
    ),
    header['crit'] !== undefined &&
      wrong('crit', 'it names extensions that must be understood; sealbearer understands none'),
    header['zip'] !== undefined &&
      wrong('zip', 'compressed: a small token can become a huge one, and its length can betray its content'),
    header['b64'] !== undefined && wrong('b64', 'an unencoded payload, which sealbearer does not read'),
    header['kid'] === undefined && risky('kid', 'no key ID: when keys rotate, a verifier has to guess'),
    form === 'signed' &&
      header['typ'] === undefined &&
      risky('typ', 'no type: it can be passed off as another kind of token (RFC 8725 §3.11)'),
  ]
}

const sealRule: Rule = ({ form, protectedHeader: header = {}, bytes }) => {
  if (form === 'signed')
    return [bytes['signature'] === 0 && wrong('signature', 'there is none: anyone can have written it')]
  const { alg, cty } = header
  const isNested = typeof cty === 'string' && /^(application\/)?jwt$/i.test(cty)
  return [
    !isNested &&
      typeof alg === 'string' &&
      !symmetric.test(alg) &&
      risky(
        'cty',
        'nothing says that a signed token is inside, and anyone who has the public key can have sealed it',
      ),
    ...['iss', 'sub', 'aud', ...personal].map(
      (name) => header[name] !== undefined && risky(name, 'repeated in the header, where anyone can read it'),
    ),
  ]
}

const timeRule: Rule = ({ claims }, now) => {
  if (claims === undefined) return []
  const { exp, nbf, iat } = claims
  const start = isTime(iat) ? iat : now
  return [
    exp === undefined && wrong('exp', 'it never expires'),
    ...(['exp', 'nbf', 'iat'] as const).map(
      (name) => claims[name] !== undefined && !isTime(claims[name]) && wrong(name, 'not a number of seconds'),
    ),
    isTime(exp) && exp <= now && wrong('exp', `expired ${minutes(now - exp)} ago`),
    isTime(exp) && exp > latestSeconds && wrong('exp', 'looks like milliseconds; claims count seconds'),
    isTime(nbf) && nbf > now && wrong('nbf', `not valid for another ${minutes(nbf - now)}`),
    isTime(iat) && iat > now + 60 && wrong('iat', "issued in the future: somebody's clock is wrong"),
    isTime(exp) &&
      exp > now &&
      exp <= latestSeconds &&
      exp - start > 86_400 &&
      risky('exp', `lives for ${minutes(exp - start)}; whoever steals it has that long`),
  ]
}

const claimsRule: Rule = ({ form, claims }) => {
  if (form !== 'signed') return []
  if (claims === undefined)
    return [wrong('claims', 'the payload is no proper JSON object, so this is no JSON Web Token')]
  return [
    claims['iss'] === undefined && risky('iss', 'nothing says who issued it'),
    claims['aud'] === undefined && risky('aud', 'nothing says for whom it is: every service may take it'),
    ...namesIn(claims).map(({ name, path }) =>
      isForbidden(name)
        ? wrong(path, 'looks like a secret, and anyone who holds the token can read it')
        : personal.includes(name.toLowerCase()) &&
          risky(path, 'about a person, and anyone who holds the token can read it; put it into an envelope'),
    ),
  ]
}

const sizeRule: Rule = ({ size }) => [
  size > 16_384 && wrong('size', `${size} characters: more than sealbearer looks at`),
  size > 4_000 && size <= 16_384 && risky('size', `${size} characters: too large for a cookie`),
]

const plainName = (name: string): string => name.toLowerCase().replace(/[-_]/g, '')
const forbidden = new Set(defaultForbiddenClaims.map(plainName))
const isForbidden = (name: string): boolean => forbidden.has(plainName(name))

function namesIn(value: Members, prefix = '', depth = 0): readonly { name: string; path: string }[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = prefix + name
    const isObject = typeof inner === 'object' && inner !== null && depth < 8
    // Only read: objects and lists alike have names and values.
    return [{ name, path }, ...(isObject ? namesIn(inner as Members, `${path}.`, depth + 1) : [])]
  })
}

const rules: readonly Rule[] = [headerRule, sealRule, timeRule, claimsRule, sizeRule]

/** Says what is wrong with a token, as far as that shows from outside. */
export function findingsOf(token: InspectedToken, now: number): readonly Finding[] {
  const found = rules.flatMap((rule) => rule(token, now)).filter((finding) => typeof finding === 'object')
  return [
    ...found.filter(({ severity }) => severity === 'wrong'),
    ...found.filter(({ severity }) => severity === 'risky'),
  ]
}
