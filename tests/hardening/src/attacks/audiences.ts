import { audience, goodClaims, issuer } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { nested, sealed, signed, without } from './tokens.js'
import { dir, HS256, hs256, nestedDir } from './verifiers.js'

const otherAudiences: readonly (readonly [what: string, aud: unknown])[] = [
  ['another service', 'https://billing.example.com'],
  ['nothing', ''],
  ['an empty list', []],
  ['a list of others', ['https://a.example', 'https://b.example']],
  ['a list of nothing', ['']],
  ['a beginning', audience.slice(0, -1)],
  ['an end', audience.slice(8)],
  ['with a slash behind', `${audience}/`],
  ['as the beginning of another host', `${audience}.evil.example`],
  ['as the end of another host', audience.replace('https://', 'https://evil-')],
  ['with a path', `${audience}/admin`],
  ['in upper case', audience.toUpperCase()],
  ['in upper case, in a list', [audience.toUpperCase()]],
  ['with a space behind', `${audience} `],
  ['beside another in one text', `${audience} https://billing.example.com`],
  ['beside another in one text, with a comma', `${audience},https://billing.example.com`],
  ['as JSON in text', JSON.stringify([audience])],
  ['any', 'any'],
  ['any, in a list', ['any']],
  ['a wildcard', '*'],
  ['a regular expression', '.*'],
  ['the issuer', issuer],
  ['client ID of an ID token', 'client-123'],
]

const noAudience: readonly unknown[] = [
  null,
  1,
  true,
  {},
  [[audience]],
  [audience, 1],
  [audience, null],
  { 0: audience },
  { 0: audience, length: 1 },
  { toString: audience },
  [{ aud: audience }],
]

export const audiences: Family = family(
  'aud of another shape',
  {
    source: 'CVE-2025-62610, RFC 7519 §4.1.3',
    policy: HS256,
    twin: () => signed({ ...goodClaims, aud: ['https://a.example', audience] }),
  },
  [
    ...otherAudiences.map(([what, aud]) => ({
      what,
      code: 'SB_AUDIENCE_MISMATCH' as const,
      token: () => signed({ ...goodClaims, aud }),
    })),
    ...noAudience.map((aud) => ({
      what: JSON.stringify(aud),
      code: 'SB_CLAIMS_INVALID' as const,
      token: () => signed({ ...goodClaims, aud }),
    })),
    { what: 'absent', code: 'SB_CLAIM_MISSING', token: () => signed(without('aud')) },
    {
      what: 'azp and client_id in its place',
      code: 'SB_CLAIM_MISSING',
      token: () => signed({ ...without('aud'), azp: audience, client_id: audience }),
    },
    {
      what: 'a policy that leaves it out',
      policy: hs256({ audience: undefined }),
      code: 'TypeError',
      token: () => signed(without('aud')),
      twinPolicy: hs256({ audience: 'any' }),
    },
    ...[[audience, 'https://billing.example.com'], ['https://billing.example.com'], [audience, ''], []].map(
      (aud) => ({
        what: `also for others, where it must be only for us: ${JSON.stringify(aud)}`,
        policy: hs256({ audience: { only: [audience, 'https://api.example.com/v2'] } }),
        code: 'SB_AUDIENCE_MISMATCH' as const,
        token: () => signed({ ...goodClaims, aud }),
        twin: () => signed({ ...goodClaims, aud: [audience, 'https://api.example.com/v2'] }),
      }),
    ),
    {
      what: 'absent, where it must be only for us',
      policy: hs256({ audience: { only: audience } }),
      code: 'SB_CLAIM_MISSING',
      token: () => signed(without('aud')),
      twin: () => signed(),
    },
    ...[audience, [], ''].map((aud) => ({
      what: `${JSON.stringify(aud)} where it must be absent`,
      policy: hs256({ audience: null }),
      code: 'SB_AUDIENCE_MISMATCH' as const,
      token: () => signed({ ...goodClaims, aud }),
      twin: () => signed(without('aud')),
    })),
    ...[{ only: 'any' }, { only: [] }, { only: null }, {}, { only: audience, also: 'x' }].map((option) => ({
      what: `a policy with ${JSON.stringify(option)}`,
      policy: hs256({ audience: option }),
      code: 'TypeError' as const,
      token: () => signed({ ...goodClaims, aud: [audience, 'any'] }),
      twinPolicy: HS256,
    })),
    {
      what: 'a policy with a regular expression',
      source: 'CVE-2026-35040, CVE-2026-35041',
      policy: hs256({ audience: /api/ }),
      code: 'TypeError',
      token: () => signed(),
      twinPolicy: HS256,
    },
    {
      what: 'a policy with any among others',
      policy: hs256({ audience: ['any', audience] }),
      code: 'TypeError',
      token: () => signed(),
      twinPolicy: HS256,
    },
    {
      what: 'another service, in an encrypted token',
      policy: dir,
      code: 'SB_AUDIENCE_MISMATCH',
      token: () => sealed({ ...goodClaims, aud: 'x' }),
      twin: () => sealed(),
    },
    {
      what: 'another service, in a nested token',
      policy: nestedDir,
      code: 'SB_AUDIENCE_MISMATCH',
      token: () => nested(signed({ ...goodClaims, aud: 'x' })),
      twin: () => nested(),
    },
  ],
)
