import { goodClaims } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { jweHeader, jwsHeader, nested, nestedHeader, sealed, signed } from './tokens.js'
import { dir, HS256, nestedDir } from './verifiers.js'

const critical: readonly (readonly [what: string, members: object])[] = [
  ['an unknown parameter', { crit: ['x'], x: 1 }],
  ['an address, as in RFC 7515 appendix E', { crit: ['http://e.example/U'], 'http://e.example/U': true }],
  ['nothing', { crit: [] }],
  ['one parameter twice', { crit: ['x', 'x'], x: 1 }],
  ['a registered parameter', { crit: ['alg'] }],
  ['all registered parameters', { crit: ['alg', 'typ', 'kid', 'crit'] }],
  ['itself', { crit: ['crit'] }],
  ['a claim', { crit: ['exp'], exp: goodClaims.exp }],
  ['a parameter that is absent', { crit: ['x'] }],
  ['a parameter that Object has', { crit: ['toString'] }],
  ['__proto__', { crit: ['__proto__'] }],
  ['no name', { crit: [''], '': 1 }],
  ['a number', { crit: [1] }],
  ['a list in the list', { crit: [['x']], x: 1 }],
  ['null in the list', { crit: [null] }],
  ['a name that is no list', { crit: 'x', x: 1 }],
  ['true', { crit: true }],
  ['false', { crit: false }],
  ['null', { crit: null }],
  ['zero', { crit: 0 }],
  ['an object', { crit: { 0: 'x', length: 1 }, x: 1 }],
  ['a known and an unknown parameter', { crit: ['b64', 'x'], b64: true, x: 1 }],
]

const plain = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([name]) => name !== 'crit' && name !== 'b64'))

/** RFC 7515 §4.1.11; no extension is understood here. */
export const crit: Family = family(
  'crit',
  { source: 'CVE-2026-35042, RFC 7515 §4.1.11', code: 'SB_CRIT_UNSUPPORTED' },
  [
    ...critical.map(([what, members]) => ({
      what: `names ${what}`,
      policy: HS256,
      token: () => signed(goodClaims, { ...jwsHeader, ...members }),
      twin: () => signed(goodClaims, { ...jwsHeader, ...plain(members) }),
    })),
    {
      what: 'on an encrypted token with claims',
      policy: dir,
      token: () => sealed(goodClaims, { ...jweHeader, crit: ['x'], x: 1 }),
      twin: () => sealed(goodClaims, { ...jweHeader, x: 1 }),
    },
    {
      what: 'on an encrypted token with a token',
      policy: nestedDir,
      token: () => nested(signed(), { ...nestedHeader, crit: [] }),
      twin: () => nested(signed()),
    },
    {
      what: 'on a token inside an encrypted token',
      policy: nestedDir,
      token: () => nested(signed(goodClaims, { ...jwsHeader, crit: ['x'], x: 1 })),
      twin: () => nested(signed(goodClaims, { ...jwsHeader, x: 1 })),
    },
  ],
)

const unencoded: readonly unknown[] = [false, true, 'false', null, 0, [], {}]

/** RFC 7797: with b64 the bytes signed are not those that every other reader sees. */
export const b64: Family = family('b64', { source: 'RFC 7797 §6, §8', policy: HS256 }, [
  ...unencoded.map((value) => ({
    what: `${JSON.stringify(value)}, not said to be critical`,
    code: 'SB_HEADER_INVALID' as const,
    token: () => signed(goodClaims, { ...jwsHeader, b64: value }),
    twin: () => signed(goodClaims, { ...jwsHeader, b65: value }),
  })),
  ...[false, true].map((value) => ({
    what: `${value}, said to be critical`,
    code: 'SB_CRIT_UNSUPPORTED' as const,
    token: () => signed(goodClaims, { ...jwsHeader, b64: value, crit: ['b64'] }),
    twin: () => signed(),
  })),
  {
    what: 'false, with claims that are not encoded',
    code: 'SB_TOKEN_MALFORMED',
    token: () => {
      const [header = '', , signature = ''] = signed(goodClaims, { ...jwsHeader, b64: false }).split('.')
      return `${header}.${JSON.stringify(goodClaims)}.${signature}`
    },
    twin: () => signed(),
  },
  {
    what: 'false on an encrypted token',
    policy: dir,
    code: 'SB_HEADER_INVALID',
    token: () => sealed(goodClaims, { ...jweHeader, b64: false }),
    twin: () => sealed(),
  },
])
