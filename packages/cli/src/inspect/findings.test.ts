import { expect, test } from 'vitest'
import { findingsOf } from './findings.js'
import { inspectToken } from './inspected-token.js'

const now = 1_800_000_000
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const postcard = (header: object, payload: object, signature = 'A'.repeat(86)): string =>
  `${part(header)}.${part(payload)}.${signature}`
const good = { iss: 'i', aud: 'a', exp: now + 900 }
const header = { alg: 'ES256', kid: 'one', typ: 'at+jwt' }
const sealing = { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'one', cty: 'JWT' }
const sealed = (more: object): string => `${part({ ...sealing, ...more })}.AAAA.AAAA.AAAA.${'A'.repeat(22)}`

function parametersIn(token: string): readonly string[] {
  const inspected = inspectToken(token)
  return inspected === undefined ? ['no token'] : findingsOf(inspected, now).map(({ parameter }) => parameter)
}

test.each([
  { title: 'alg none', token: postcard({ ...header, alg: 'none' }, good), parameter: 'alg' },
  { title: 'no signature', token: postcard(header, good, ''), parameter: 'signature' },
  { title: 'an end in the past', token: postcard(header, { ...good, exp: 1 }), parameter: 'exp' },
  { title: 'no end', token: postcard(header, { iss: 'i', aud: 'a' }), parameter: 'exp' },
  { title: 'milliseconds', token: postcard(header, { ...good, exp: now * 1000 }), parameter: 'exp' },
  { title: 'a start to come', token: postcard(header, { ...good, nbf: good.exp - 1 }), parameter: 'nbf' },
  { title: 'an embedded key', token: postcard({ ...header, jwk: {} }, good), parameter: 'jwk' },
  { title: 'crit', token: postcard({ ...header, crit: ['x'] }, good), parameter: 'crit' },
  { title: 'no typ', token: postcard({ alg: 'ES256', kid: 'one' }, good), parameter: 'typ' },
  { title: 'no kid', token: postcard({ alg: 'ES256', typ: 'JWT' }, good), parameter: 'kid' },
  { title: 'no audience', token: postcard(header, { iss: 'i', exp: good.exp }), parameter: 'aud' },
  {
    title: 'a password',
    token: postcard(header, { ...good, user: { Password: 'x' } }),
    parameter: 'user.Password',
  },
  { title: 'an issuer that is a list', token: postcard(header, { ...good, iss: [] }), parameter: 'iss' },
  { title: 'a subject that is a number', token: postcard(header, { ...good, sub: 7 }), parameter: 'sub' },
  ...[{}, [], [7], null].map((aud) => ({
    title: `the audience ${JSON.stringify(aud)}`,
    token: postcard(header, { ...good, aud }),
    parameter: 'aud',
  })),
  ...['\u202e', '\u2066', '\u200f', '\u200b', '\ufeff', '\u{e0041}'].flatMap((character) => [
    {
      title: `the character ${character.codePointAt(0)?.toString(16)}`,
      token: postcard(header, { ...good, who: { deep: [`a${character}b`] } }),
      parameter: 'who',
    },
    {
      title: `the character ${character.codePointAt(0)?.toString(16)} in a name`,
      token: postcard({ ...header, [`ki${character}d`]: 'x' }, good),
      parameter: `ki${character}d`,
    },
  ]),
  { title: 'an address', token: postcard(header, { ...good, email: 'x' }), parameter: 'email' },
  { title: 'a long life', token: postcard(header, { ...good, exp: good.exp * 2 }), parameter: 'exp' },
  { title: 'no JSON', token: `${part(header)}.AAAA.${'A'.repeat(86)}`, parameter: 'claims' },
  { title: 'an envelope without cty', token: sealed({ cty: undefined }), parameter: 'cty' },
  { title: 'a subject on the outside', token: sealed({ sub: 'x' }), parameter: 'sub' },
  { title: 'compression', token: sealed({ zip: 'DEF' }), parameter: 'zip' },
  { title: 'a passphrase', token: sealed({ alg: 'PBES2-HS256+A128KW' }), parameter: 'alg' },
])('finds $title', ({ token, parameter }) => {
  expect(parametersIn(token)).toEqual([parameter])
  expect(parametersIn(postcard(header, good))).toEqual([])
  expect(parametersIn(sealed({}))).toEqual([])
})

test.each(['Zoë', 'أبي', 'שלום', '👩\u200d👧', 'می\u200cخواهم', 'a\u0301'])('finds nothing in %s', (sub) => {
  expect(parametersIn(postcard(header, { ...good, sub }))).toEqual([])
})

test('an attack reads on from "An attacker"', () => {
  const tokens = [
    postcard(
      { alg: 'none', jku: 'x', kid: '../x', zip: 'DEF' },
      { aud: ['a', 'b'], cnf: { jkt: 'x' }, pin: 1 },
    ),
    postcard({ alg: 'ES256' }, { exp: now * 1000 }, ''),
    sealed({ alg: 'RSA1_5', cty: undefined }),
  ]
  const attacks = tokens.flatMap((token) => {
    const inspected = inspectToken(token)
    return inspected === undefined ? [] : findingsOf(inspected, now).flatMap(({ attack = [] }) => attack)
  })
  expect(attacks.length).toBeGreaterThan(10)
  for (const attack of attacks) expect(attack).toMatch(/^(who|has|[a-z]+s) [^.]+(\(RFC [^)]+\))?$/)
})
