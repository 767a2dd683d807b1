import type { Content } from '#core-test-kit/hand-made.js'
import { goodClaims, issuer } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { jweHeader, jwsHeader, nested, sealed, signed, without, withText } from './tokens.js'
import { dir, HS256, hs256, nestedDir, roomy } from './verifiers.js'

/** Copies as schemas do that pass unknown members on, and accepts the claims of one tenant. */
const copying = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate(claims: Record<string, unknown>) {
      const copy: Record<string, unknown> = {}
      for (const name of Object.keys(claims)) copy[name] = claims[name]
      return copy['tenant'] === 'acme' ? { value: copy } : { issues: [{ message: 'another tenant' }] }
    },
  },
}

const bytes = (...parts: (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

function notObjects(value: object): readonly (readonly [what: string, text: Content])[] {
  const good = JSON.stringify(value)
  const withMember = (text: string): string => withText(text, value)
  const inText = (bad: readonly number[]): Uint8Array => bytes('{"a":"', bad, '",', good.slice(1))
  return [
    ['nothing', ''],
    ['white space', ' '],
    ['a list', `[${good}]`],
    ['an empty list', '[]'],
    ['a list of entries', JSON.stringify(Object.entries(value))],
    ['text', JSON.stringify(good)],
    ['empty text', '""'],
    ['a number', '1'],
    ['true', 'true'],
    ['null', 'null'],
    ['two objects', good + good],
    ['an object and a comma', `${good},`],
    ['an object and a zero byte', `${good}\0`],
    ['half an object', good.slice(0, -1)],
    ['an object with a comma at its end', `${good.slice(0, -1)},}`],
    ['single quotes', good.replaceAll('"', "'")],
    ['names without quotes', good.replaceAll(/"(\w+)":/g, '$1:')],
    ['a comment', `${good}//`],
    ['a comment inside', good.replace('{', '{/**/')],
    ['NaN', withMember('"a":NaN')],
    ['Infinity', withMember('"a":Infinity')],
    ['undefined', withMember('"a":undefined')],
    ['a hexadecimal number', withMember('"a":0x10')],
    ['a number with a zero in front', withMember('"a":010')],
    ['a number with a plus', withMember('"a":+1')],
    ['a line end inside text', withMember('"a":"\n"')],
    ['an invalid escape', withMember('"a":"\\x41"')],
    ['white space that JSON does not have', `\u00a0${good}`],
    ['a JWT', signed()],
    ['XML', '<claims/>'],
    ['a byte order mark', `\ufeff${good}`],
    ['UTF-16', Buffer.from(good, 'utf16le')],
    ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${good}`, 'utf16le')],
    ['an byte that is never in UTF-8', inText([0xff])],
    ['a lone continuation', inText([0x80])],
    ['an byte sequence cut off', inText([0xe2, 0x82])],
    ['an overlong slash', inText([0xc0, 0xaf])],
    ['an overlong quote', bytes('{"a":1', [0xc0, 0xa2], good.slice(1))],
    ['a surrogate in UTF-8', inText([0xed, 0xa0, 0xbd])],
    ['a pair of surrogates in UTF-8', inText([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80])],
    ['a character beyond Unicode', inText([0xf4, 0x90, 0x80, 0x80])],
    ['Latin-1', inText([0xe9])],
  ]
}

const surrogates: readonly (readonly [what: string, lone: string])[] = [
  ['a first half', '"a":"\\ud83d"'],
  ['a second half', '"a":"\\ude00"'],
  ['the halves in the wrong order', '"a":"\\ude00\\ud83d"'],
  ['a first half in front of a letter', '"a":"\\ud83dA"'],
  ['a half in a name', '"\\ud83d":1'],
  ['a half in a list', '"a":["\\ud83d"]'],
  ['a half in upper case', '"a":"\\uD83D"'],
  ['a half of sub', '"sub2":"\\udfff"'],
]

const deep = (levels: number): string => withText(`"a":${'['.repeat(levels)}${']'.repeat(levels)}`)
const deepObjects = (levels: number): string =>
  withText(`"a":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)

/** Names that mean something to code, and nothing in claims. */
const inert = [
  'constructor',
  'prototype',
  'toJSON',
  'toString',
  'valueOf',
  'then',
  'get',
  '~standard',
  'claims',
]

export const payloadShapes: Family = family(
  'claims that are no JSON object',
  { source: 'RFC 7519 §7.2', policy: HS256, code: 'SB_CLAIMS_INVALID', twin: () => signed() },
  [
    ...notObjects(goodClaims).map(([what, claims]) => ({ what, token: () => signed(claims) })),
    ...surrogates.map(([what, lone]) => ({
      what: `${what} of a surrogate pair`,
      source: 'RFC 8259 §8.2',
      token: () => signed(withText(lone)),
      twin: () => signed(withText('"a":"\\ud83d\\ude00"')),
    })),
    { what: 'lists 32 deep in a claim', token: () => signed(deep(32)), twin: () => signed(deep(31)) },
    {
      what: 'objects 32 deep in a claim',
      token: () => signed(deepObjects(32)),
      twin: () => signed(deepObjects(31)),
    },
    { what: 'lists 10,000 deep', source: 'CVE-2025-53864', policy: roomy, token: () => signed(deep(10_000)) },
    {
      what: 'objects 10,000 deep',
      source: 'CVE-2025-53864',
      policy: roomy,
      token: () => signed(deepObjects(10_000)),
    },
    {
      what: 'lists 10,000 deep in the header',
      source: 'CVE-2025-53864',
      policy: roomy,
      code: 'SB_HEADER_INVALID',
      token: () => signed(goodClaims, deep(10_000).replace('{', '{"alg":"HS256","typ":"at+jwt",')),
    },
    {
      what: 'brackets 100,000 deep that never close',
      source: 'CVE-2025-53864',
      policy: roomy,
      token: () => signed('['.repeat(100_000)),
    },
    { what: 'no object in an encrypted token', policy: dir, token: () => sealed('[]'), twin: () => sealed() },
    {
      what: 'no UTF-8 in an encrypted token',
      policy: dir,
      token: () => sealed(bytes('{"a":"', [0xff], '"}')),
      twin: () => sealed(),
    },
    {
      what: 'a byte order mark in an encrypted token',
      policy: dir,
      token: () => sealed(`\ufeff${JSON.stringify(goodClaims)}`),
      twin: () => sealed(`\n${JSON.stringify(goodClaims)}`),
    },
    {
      what: 'no object in a nested token',
      policy: nestedDir,
      token: () => nested(signed('null')),
      twin: () => nested(),
    },
    {
      what: 'iss by way of __proto__',
      code: 'SB_CLAIM_MISSING',
      token: () => signed(withText(`"__proto__":{"iss":"${issuer}"}`, without('iss'))),
      twin: () => signed(withText('"__proto__":{"iss":"https://evil.example"}')),
    },
    {
      what: 'iss by way of __proto__ to whoever copies the claims member by member',
      policy: hs256({ claimsSchema: copying }),
      code: 'SB_CLAIMS_REJECTED',
      token: () => signed(withText('"__proto__":{"tenant":"acme"}')),
      twin: () => signed({ ...goodClaims, tenant: 'acme' }),
    },
    ...inert.map((name) => ({
      what: `iss by way of ${name}`,
      code: 'SB_CLAIM_MISSING' as const,
      token: () => signed({ ...without('iss'), [name]: { iss: issuer, prototype: { iss: issuer } } }),
      twin: () => signed({ ...goodClaims, [name]: { iss: 'https://evil.example' } }),
    })),
    {
      what: 'alg by way of __proto__',
      code: 'SB_HEADER_INVALID',
      token: () => signed(goodClaims, '{"__proto__":{"alg":"HS256"},"typ":"at+jwt"}'),
      twin: () => signed(goodClaims, withText('"__proto__":{"alg":"none"}', jwsHeader)),
    },
  ],
)

export const headerShapes: Family = family(
  'a header that is no JSON object',
  { source: 'RFC 7515 §4', policy: HS256, code: 'SB_HEADER_INVALID' },
  [
    ...notObjects(jwsHeader).map(([what, header]) => ({
      what,
      token: () => signed(goodClaims, header),
      twin: () => signed(),
    })),
    ...surrogates.map(([what, lone]) => ({
      what: `${what} of a surrogate pair`,
      source: 'RFC 8259 §8.2',
      token: () => signed(goodClaims, withText(lone, jwsHeader)),
      twin: () => signed(goodClaims, withText('"a":"\\ud83d\\ude00"', jwsHeader)),
    })),
    ...notObjects(jweHeader).map(([what, header]) => ({
      what: `${what}, on an encrypted token`,
      policy: dir,
      token: () => sealed(goodClaims, header),
      twin: () => sealed(),
    })),
  ],
)
