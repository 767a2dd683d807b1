import { audience, goodClaims, issuer } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { jwsHeader, nested, sealed, signed, without } from './tokens.js'
import { dir, HS256, hs256, nestedDir } from './verifiers.js'

const host = issuer.slice('https://'.length)

/** What a comparison that is not exact takes for the issuer. */
const otherIssuers: readonly (readonly [what: string, iss: string])[] = [
  ['another', 'https://evil.example'],
  ['nothing', ''],
  ['a beginning', issuer.slice(0, -1)],
  ['the beginning up to the scheme', 'https://'],
  ['an end', host],
  ['with a slash behind', `${issuer}/`],
  ['with a path', `${issuer}/tenant`],
  ['as the beginning of another host', `${issuer}.evil.example`],
  ['as the end of another host', `https://evil-${host}`],
  ['as a name at another host', `${issuer}@evil.example`],
  ['as a path of another host', `https://evil.example/${issuer}`],
  ['as a query of another host', `https://evil.example/?${issuer}`],
  ['with a port', `${issuer}:443`],
  ['with a query', `${issuer}?`],
  ['with a fragment', `${issuer}#`],
  ['with http', issuer.replace('https', 'http')],
  ['in upper case', issuer.toUpperCase()],
  ['with a capital letter', issuer.replace('auth', 'Auth')],
  ['with a space behind', `${issuer} `],
  ['with an end of line behind', `${issuer}\n`],
  ['with a zero byte behind', `${issuer}\0`],
  ['with another dot', issuer.replace('.', '\u3002')],
  ['with a letter that looks the same', issuer.replace('a', '\u0430')],
  ['percent-encoded', issuer.replace('auth', '%61uth')],
  ['beside another', `${issuer} https://evil.example`],
  ['beside another, with a comma', `${issuer},https://evil.example`],
  ['the audience', audience],
  ['any', 'any'],
  ['a wildcard', '*'],
  ['a regular expression', '.*'],
]

const noText: readonly unknown[] = [
  null,
  1,
  true,
  [],
  {},
  [issuer],
  [issuer, 'https://evil.example'],
  { iss: issuer },
  { toString: issuer },
  { 0: issuer, length: 1 },
]

const dynamic = hs256({ issuer: (iss: string) => iss.startsWith(issuer) && iss.length === issuer.length })

export const issuers: Family = family(
  'iss of another shape',
  { source: 'CVE-2025-30144, RFC 7519 §4.1.1', policy: HS256, twin: () => signed() },
  [
    ...otherIssuers.map(([what, iss]) => ({
      what,
      code: 'SB_ISSUER_MISMATCH' as const,
      token: () => signed({ ...goodClaims, iss }),
    })),
    ...noText.map((iss) => ({
      what: JSON.stringify(iss),
      code: 'SB_CLAIMS_INVALID' as const,
      token: () => signed({ ...goodClaims, iss }),
    })),
    { what: 'absent', code: 'SB_CLAIM_MISSING', token: () => signed(without('iss')) },
    {
      what: 'in the header alone',
      code: 'SB_CLAIM_MISSING',
      token: () => signed(without('iss'), { ...jwsHeader, iss: issuer }),
    },
    {
      what: 'a list, where a function decides',
      policy: dynamic,
      code: 'SB_CLAIMS_INVALID',
      token: () => signed({ ...goodClaims, iss: [issuer] }),
    },
    {
      what: 'another, where a function decides',
      policy: dynamic,
      code: 'SB_ISSUER_MISMATCH',
      token: () => signed({ ...goodClaims, iss: `${issuer}/` }),
    },
    {
      what: 'good, where a function says what is not quite true',
      policy: hs256({ issuer: () => 'yes' }),
      code: 'SB_ISSUER_MISMATCH',
      token: () => signed(),
      twinPolicy: hs256({ issuer: () => true }),
    },
    ...[
      [
        'throws',
        () => {
          throw new Error('no database')
        },
      ],
      ['rejects later', () => Promise.reject(new Error('no database'))],
    ].map(([how, decide]) => ({
      what: `good, where a function ${how}`,
      policy: hs256({ issuer: decide }),
      code: 'SB_ISSUER_MISMATCH' as const,
      token: () => signed(),
      twinPolicy: hs256({ issuer: () => true }),
    })),
    {
      what: 'good, where a function answers later',
      policy: hs256({ issuer: async () => true }),
      code: 'SB_ISSUER_MISMATCH',
      token: () => signed(),
      twinPolicy: hs256({ issuer: () => true }),
    },
    {
      what: 'in another form of Unicode',
      policy: hs256({ issuer: `${issuer}/\u00e9` }),
      code: 'SB_ISSUER_MISMATCH',
      token: () => signed({ ...goodClaims, iss: `${issuer}/e\u0301` }),
      twin: () => signed({ ...goodClaims, iss: `${issuer}/\u00e9` }),
    },
    ...['https://evil.example', issuer, ''].map((iss) => ({
      what: `${JSON.stringify(iss)} where it must be absent`,
      policy: hs256({ issuer: null }),
      code: 'SB_ISSUER_MISMATCH' as const,
      token: () => signed({ ...goodClaims, iss }),
      twin: () => signed(without('iss')),
    })),
    {
      what: 'another, in an encrypted token',
      policy: dir,
      code: 'SB_ISSUER_MISMATCH',
      token: () => sealed({ ...goodClaims, iss: '' }),
      twin: () => sealed(),
    },
    {
      what: 'another, in a nested token',
      policy: nestedDir,
      code: 'SB_ISSUER_MISMATCH',
      token: () => nested(signed({ ...goodClaims, iss: '' })),
      twin: () => nested(),
    },
  ],
)
