import { handSign, withJson } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { testKey } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import { jwsHeader, nested, nestedHeader, signed } from './tokens.js'
import { hs256, nestedIn, signedBy } from './verifiers.js'

const named = signedBy(['HS256'], () => testKey('HS256', { kid: '1' }))
const namedRoomy = signedBy(['HS256'], () => testKey('HS256', { kid: '1' }), { maxTokenSize: 200_000 })
const withKid = (kid: unknown) => () => signed(goodClaims, { ...jwsHeader, kid })

/** Strings that some lookup takes for something else than a name. */
const texts: readonly (readonly [what: string, kid: string])[] = [
  ['nothing', ''],
  ['a path to an empty file', '../../../../../../dev/null'],
  ['a path to a known file', '/proc/sys/kernel/randomize_va_space'],
  ['a Windows path', '..\\..\\windows\\win.ini'],
  ['a path that ends early', '1\0.pem'],
  ['an address', 'https://evil.example/key.pem'],
  ['SQL that is true', "1' OR '1'='1"],
  ['SQL that makes a key', "x' UNION SELECT 'AAAA' -- "],
  ['a shell command', '1; cat /etc/passwd'],
  ['a template', '{{secret}}'],
  ['LDAP', '*)(uid=*'],
  ['a wildcard', '*'],
  ['a regular expression', '.*'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['the text undefined', 'undefined'],
  ['the text null', 'null'],
  ['an index', '0'],
  ['the right one with a space', '1 '],
  ['the right one with an end of line', '1\n'],
  ['the right one with a zero in front', '01'],
  ['the right one as a full-width digit', '\uff11'],
  ['line ends for a log', '1\r\nlevel=info msg="accepted"'],
  ['8 KiB', 'x'.repeat(8192)],
]

const values: readonly (readonly [what: string, kid: unknown])[] = [
  ['a number', 1],
  ['a list', ['1']],
  ['an empty list', []],
  ['an object', { kid: '1' }],
  ['null', null],
  ['true', true],
]

export const keyIds: Family = family(
  'kid as path, SQL, prototype, size and type',
  { source: 'RFC 8725 §3.10', policy: named, code: 'SB_KEY_NOT_FOUND', twin: withKid('1') },
  [
    ...texts.map(([what, kid]) => ({ what, token: withKid(kid) })),
    ...values.map(([what, kid]) => ({ what, code: 'SB_HEADER_INVALID' as const, token: withKid(kid) })),
    {
      what: 'a path to an empty file, signed with what is in it',
      token: () => handSign({ ...jwsHeader, kid: '/dev/null' }, goodClaims, new Uint8Array()),
    },
    { what: '64 KiB', code: 'SB_TOKEN_TOO_LARGE', token: withKid('x'.repeat(65_536)) },
    {
      what: '64 KiB, where tokens may be as long',
      policy: namedRoomy,
      code: 'SB_HEADER_INVALID',
      token: withKid('x'.repeat(65_536)),
    },
    { what: '12,000 characters, with room for them', policy: namedRoomy, token: withKid('x'.repeat(12_000)) },
    {
      what: 'none known, on the encrypted token',
      policy: async () => nestedIn({ keys: await testKey('dir', { first: 100, kid: 'seal' }) })(),
      token: () => nested(signed(), { ...nestedHeader, kid: '1' }),
      twin: () => nested(signed(), { ...nestedHeader, kid: 'seal' }),
    },
    {
      what: 'none, where two keys fit: they are not tried in turn',
      policy: signedBy(['HS256'], async () => [
        await testKey('HS256', { kid: '1' }),
        await testKey('HS256', { kid: '2', first: 9 }),
      ]),
      token: () => signed(),
      twin: withKid('1'),
    },
    {
      what: 'changed to that of a secret that the attacker knows, after signing',
      source: 'GHSA-869p-cjfg-cm3x, CVE-2025-65945',
      policy: signedBy(['HS256'], async () => [
        await testKey('HS256', { kid: '1' }),
        await testKey('HS256', { kid: '2', first: 9 }),
      ]),
      code: 'SB_INTEGRITY_FAILED',
      token: () => withJson(signed(goodClaims, { ...jwsHeader, kid: '1' }), 0, { kid: '2' }),
      twin: withKid('1'),
    },
    {
      what: 'that of another key',
      policy: signedBy(['HS256'], async () => [
        await testKey('HS256', { kid: '1' }),
        await testKey('HS256', { kid: '2', first: 9 }),
      ]),
      code: 'SB_INTEGRITY_FAILED',
      token: withKid('2'),
      twin: withKid('1'),
    },
    {
      what: 'in another case',
      policy: signedBy(['HS256'], () => testKey('HS256', { kid: 'Key-A' })),
      token: withKid('key-a'),
      twin: withKid('Key-A'),
    },
    {
      what: 'in another form of Unicode',
      policy: signedBy(['HS256'], () => testKey('HS256', { kid: 'é' })),
      token: withKid('e\u0301'),
      twin: withKid('é'),
    },
    {
      what: 'of the wrong type where the key has none',
      policy: hs256(),
      code: 'SB_HEADER_INVALID',
      token: withKid(1),
      twin: () => signed(),
    },
  ],
)
