import { goodClaims, nowSeconds } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { nested, sealed, signed, without, withText } from './tokens.js'
import { dir, HS256, hs256, nestedDir } from './verifiers.js'

const soon = nowSeconds + 900

/** In JSON, as they stand in the claims. */
const notDates = [
  `"${soon}"`,
  '""',
  '"0"',
  '"never"',
  '"1e9"',
  '"2099-01-01T00:00:00Z"',
  'null',
  'true',
  'false',
  '[]',
  `[${soon}]`,
  '{}',
  `{"valueOf":${soon}}`,
  '-1',
  '-0.001',
  `-${soon}`,
  '1e308',
  '1e999',
  '-1e999',
  '253402300800',
  `${soon}000`,
  '8640000000001',
  '9007199254740993',
  '99999999999999999999999999',
]

const names = ['exp', 'nbf', 'iat'] as const

/** A fraction of a second is legal (RFC 7519 §2), and accepted where it leaves the token valid. */
const legal = { exp: nowSeconds + 0.5, nbf: nowSeconds - 0.5, iat: nowSeconds - 0.25 } as const

export const numericDates: Family = family(
  'exp, nbf and iat that are no date',
  { source: 'CVE-2026-44459, RFC 7519 §2', policy: HS256, code: 'SB_CLAIMS_INVALID' },
  names.flatMap((name) =>
    notDates.map((value) => ({
      what: `${name} ${value}`,
      token: () => signed(withText(`"${name}":${value}`, without(name))),
      twin: () => signed({ ...goodClaims, [name]: legal[name] }),
    })),
  ),
)

const aged = hs256({ maxTokenAge: '1h' })
const endless = hs256({ exp: 'optional', maxTokenAge: '5m' })
const tolerant = hs256({ clockTolerance: 5 })

export const times: Family = family('out of time', { source: 'RFC 7519 §4.1', policy: HS256 }, [
  { what: 'no exp', code: 'SB_CLAIM_MISSING', token: () => signed(without('exp')), twin: () => signed() },
  {
    what: 'exp by another name',
    code: 'SB_CLAIM_MISSING',
    token: () => signed({ ...without('exp'), Exp: soon, expires_at: soon }),
    twin: () => signed(),
  },
  {
    what: 'exp 0',
    code: 'SB_TOKEN_EXPIRED',
    token: () => signed({ ...goodClaims, exp: 0 }),
    twin: () => signed(),
  },
  {
    what: 'exp -0',
    code: 'SB_TOKEN_EXPIRED',
    token: () => signed(withText('"exp":-0', without('exp'))),
    twin: () => signed(),
  },
  {
    what: 'exp this second',
    code: 'SB_TOKEN_EXPIRED',
    token: () => signed({ ...goodClaims, exp: nowSeconds }),
    twin: () => signed({ ...goodClaims, exp: nowSeconds + 1 }),
  },
  {
    what: 'exp half a second ago',
    code: 'SB_TOKEN_EXPIRED',
    token: () => signed({ ...goodClaims, exp: nowSeconds - 0.5 }),
    twin: () => signed({ ...goodClaims, exp: nowSeconds + 0.5 }),
  },
  {
    what: 'exp with an exponent',
    code: 'SB_TOKEN_EXPIRED',
    token: () => signed(withText('"exp":1.8e9', without('exp'))),
    twin: () => signed(withText('"exp":1.9e9', without('exp'))),
  },
  {
    what: 'exp beyond the tolerance',
    policy: tolerant,
    code: 'SB_TOKEN_EXPIRED',
    token: () => signed({ ...goodClaims, exp: nowSeconds - 5 }),
    twin: () => signed({ ...goodClaims, exp: nowSeconds - 4.5 }),
  },
  ...[3601, '1d', 1_800_000].map((clockTolerance) => ({
    what: `a clockTolerance of ${clockTolerance}, in which tokens live on`,
    policy: hs256({ clockTolerance }),
    code: 'TypeError' as const,
    token: () => signed({ ...goodClaims, exp: nowSeconds - 3600 }),
    twin: () => signed({ ...goodClaims, exp: nowSeconds - 3599 }),
    twinPolicy: hs256({ clockTolerance: '1h' }),
  })),
  {
    what: 'nbf in a second',
    code: 'SB_TOKEN_NOT_YET_VALID',
    token: () => signed({ ...goodClaims, nbf: nowSeconds + 1 }),
    twin: () => signed({ ...goodClaims, nbf: nowSeconds }),
  },
  {
    what: 'nbf in half a second',
    code: 'SB_TOKEN_NOT_YET_VALID',
    token: () => signed({ ...goodClaims, nbf: nowSeconds + 0.5 }),
    twin: () => signed({ ...goodClaims, nbf: nowSeconds - 0.5 }),
  },
  {
    what: 'nbf behind exp',
    code: 'SB_CLAIMS_INVALID',
    token: () => signed({ ...goodClaims, nbf: soon + 1 }),
    twin: () => signed(),
  },
  {
    what: 'nbf behind exp, within the tolerance of both',
    policy: tolerant,
    code: 'SB_CLAIMS_INVALID',
    token: () => signed({ ...goodClaims, exp: nowSeconds - 2, nbf: nowSeconds + 2 }),
    twin: () => signed({ ...goodClaims, exp: nowSeconds + 2, nbf: nowSeconds - 2 }),
  },
  {
    what: 'nbf at exp',
    policy: tolerant,
    code: 'SB_CLAIMS_INVALID',
    token: () => signed({ ...goodClaims, exp: nowSeconds, nbf: nowSeconds }),
    twin: () => signed({ ...goodClaims, exp: nowSeconds + 0.5, nbf: nowSeconds }),
  },
  {
    what: 'nbf beyond the tolerance',
    policy: tolerant,
    code: 'SB_TOKEN_NOT_YET_VALID',
    token: () => signed({ ...goodClaims, nbf: nowSeconds + 5.5 }),
    twin: () => signed({ ...goodClaims, nbf: nowSeconds + 5 }),
  },
  {
    what: 'older than maxTokenAge, whatever its exp',
    policy: aged,
    code: 'SB_TOKEN_TOO_OLD',
    token: () => signed({ ...goodClaims, iat: nowSeconds - 3601, exp: soon * 2 }),
    twin: () => signed({ ...goodClaims, iat: nowSeconds - 3600, exp: soon * 2 }),
  },
  {
    what: 'no iat, with maxTokenAge',
    policy: aged,
    code: 'SB_CLAIM_MISSING',
    token: () => signed(without('iat')),
    twin: () => signed(),
  },
  {
    what: 'iat to come, with maxTokenAge',
    policy: aged,
    code: 'SB_TOKEN_NOT_YET_VALID',
    token: () => signed({ ...goodClaims, iat: nowSeconds + 1 }),
    twin: () => signed(),
  },
  {
    what: 'iat to come',
    code: 'SB_TOKEN_NOT_YET_VALID',
    token: () => signed({ ...goodClaims, iat: nowSeconds + 1 }),
    twin: () => signed({ ...goodClaims, iat: nowSeconds }),
  },
  {
    what: 'iat beyond the tolerance',
    policy: tolerant,
    code: 'SB_TOKEN_NOT_YET_VALID',
    token: () => signed({ ...goodClaims, iat: nowSeconds + 5.5 }),
    twin: () => signed({ ...goodClaims, iat: nowSeconds + 5 }),
  },
  {
    what: 'iat to come, in an encrypted token',
    policy: dir,
    code: 'SB_TOKEN_NOT_YET_VALID',
    token: () => sealed({ ...goodClaims, iat: nowSeconds + 1 }),
    twin: () => sealed(),
  },
  {
    what: 'no exp, and older than maxTokenAge',
    policy: endless,
    code: 'SB_TOKEN_TOO_OLD',
    token: () => signed({ ...without('exp'), iat: nowSeconds - 301 }),
    twin: () => signed({ ...without('exp'), iat: nowSeconds - 300 }),
  },
  {
    what: 'neither exp nor iat, where exp is optional',
    policy: endless,
    code: 'SB_CLAIM_MISSING',
    token: () => signed({ ...without('exp'), iat: undefined }),
    twin: () => signed(without('exp')),
  },
  {
    what: 'an exp that has passed, where it is optional',
    policy: endless,
    code: 'SB_TOKEN_EXPIRED',
    token: () => signed({ ...goodClaims, exp: nowSeconds }),
    twin: () => signed({ ...goodClaims, exp: nowSeconds + 1 }),
  },
  ...[{ exp: 'optional' }, { exp: null, maxTokenAge: '5m' }, { exp: 'any', maxTokenAge: '5m' }].map(
    (options) => ({
      what: `a policy with ${JSON.stringify(options)}`,
      policy: hs256(options),
      code: 'TypeError' as const,
      token: () => signed(without('exp')),
      twinPolicy: endless,
      twin: () => signed(without('exp')),
    }),
  ),
  {
    what: 'no exp, in an encrypted token',
    policy: dir,
    code: 'SB_CLAIM_MISSING',
    token: () => sealed(without('exp')),
    twin: () => sealed(),
  },
  {
    what: 'no exp, in a nested token',
    policy: nestedDir,
    code: 'SB_CLAIM_MISSING',
    token: () => nested(signed(without('exp'))),
    twin: () => nested(),
  },
])
