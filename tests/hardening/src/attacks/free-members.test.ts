import { describe, expect, test } from 'vitest'
import { goodClaims } from '#core-test-kit/parties.js'
import type { Policy } from './attack.js'
import { jweHeader, jwsHeader, nested, nestedHeader, sealed, signed } from './tokens.js'
import { dir, HS256, nestedDir } from './verifiers.js'

// The twins of the attacks on members: what has no meaning under these policies does not make a token bad.

/** JSON as text, since a serializer would write some of it in another way. */
const odd: readonly string[] = [
  ...[
    '-0',
    '-1',
    '1.5',
    '1e3',
    '1E-400',
    '123456789012345678901234567890',
    '""',
    'false',
    '[null,[0,{}]]',
    '{}',
  ],
  ...[
    '{"a":{"alg":"none"},"exp":"never"}',
    '{"crit":["b64"],"zip":"DEF"}',
    '"\\u0000"',
    '"\\ud83d\\ude00"',
    '"\ufeff"',
  ],
  ...['"\u2028\u007f"', '"\\\\\\":{"', '"a,\\"exp\\":1"', `"${'x'.repeat(2_000)}"`, ' \t\r\n1 '],
]

/** One of each type, and lists and objects of the odd ones. */
const values: readonly string[] = [
  ...['0', '"x"', 'null', 'true', '[]', `[${odd.join(',')}]`, `${'['.repeat(31)}${']'.repeat(31)}`],
  `{${odd.map((value, i) => `"${i}":${value}`).join(',')}}`,
]

/** Header parameters that choose no key and change no check. Names that only look like one that does are others. */
const parameters: readonly string[] = [
  ...['jku', 'x5u', 'jwk', 'x5c', 'x5t', 'x5t#S256', 'p2s', 'p2c', 'nonce', 'url', 'svt', 'ppt', 'foo', ''],
  ...[
    'Alg',
    'ALG',
    'alg ',
    ' alg',
    'TYP',
    'Kid',
    'CRIT',
    'B64',
    'Zip',
    '\u0430lg',
    'constructor',
    'toString',
  ],
]

/** Claims of the application. */
const claimNames: readonly string[] = [
  ...[
    'foo',
    '',
    'Exp',
    'EXP',
    'exp ',
    'NBF',
    'Iss',
    'alg',
    'typ',
    'kid',
    'crit',
    'constructor',
    'hasOwnProperty',
  ],
  ...['then', 'length', '0', 'https://example.com/is_root', '\u0435xp', 'name\u0000'],
]

const withMember = (object: object, name: string, value: string): string =>
  `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:${value}}`

/** A policy, what may stand in the place, and the token with it there. */
const places: readonly (readonly [
  string,
  Policy,
  readonly string[],
  (name: string, value: string) => string,
])[] = [
  ['the header of a JWS', HS256, parameters, (...at) => signed(goodClaims, withMember(jwsHeader, ...at))],
  ['the header of a JWE', dir, parameters, (...at) => sealed(goodClaims, withMember(jweHeader, ...at))],
  [
    'the outer header of a nested token',
    nestedDir,
    parameters,
    (...at) => nested(signed(), withMember(nestedHeader, ...at)),
  ],
  [
    'the inner header of a nested token',
    nestedDir,
    parameters,
    (...at) => nested(signed(goodClaims, withMember(jwsHeader, ...at))),
  ],
  ['signed claims', HS256, claimNames, (...at) => signed(withMember(goodClaims, ...at))],
  ['encrypted claims', dir, claimNames, (...at) => sealed(withMember(goodClaims, ...at))],
  ['nested claims', nestedDir, claimNames, (...at) => nested(signed(withMember(goodClaims, ...at)))],
]

describe.each(places)('in %s', (_, policy, names, tokenWith) => {
  test.each(names)('%j may have any value', async (name) => {
    const verifier = await policy()
    const refused: string[] = []
    for (const value of values) {
      await verifier
        .verify(tokenWith(name, value))
        .catch((error: unknown) => refused.push(`${value}: ${error}`))
    }
    expect(refused).toEqual([])
  })
})
