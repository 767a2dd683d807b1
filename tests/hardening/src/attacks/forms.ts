import { handSeal, handSign, segment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import { jweHeader, jwsHeader, nested, sealed, sealingSecret, signed, signingSecret } from './tokens.js'
import { dir, HS256, nestedDir, roomy } from './verifiers.js'

const inParts = (token: string): string[] => token.split('.')
const dots = (count: number): string => '.'.repeat(count)

const wrongParts: readonly (readonly [what: string, token: () => unknown])[] = [
  ['nothing', () => ''],
  ['one part', () => inParts(signed())[0]],
  ['two parts', () => inParts(signed()).slice(0, 2).join('.')],
  ['four parts', () => `${signed()}.AAAA`],
  ['four parts, one in front', () => `AAAA.${signed()}`],
  ['four parts, the last empty', () => `${signed()}.`],
  ['four parts, the first empty', () => `.${signed()}`],
  ['four parts, one inside empty', () => signed().replace('.', '..')],
  ['six parts', () => `${sealed()}.AAAA`],
  ['seven parts', () => `${signed()}.${signed()}.AAAA`],
  ['one dot', () => dots(1)],
  ['three dots', () => dots(3)],
  ['five dots', () => dots(5)],
  ['a scheme in front', () => `Bearer.${signed()}`],
  ['full-width dots', () => signed().replaceAll('.', '\uff0e')],
  ['percent-encoded dots', () => signed().replaceAll('.', '%2E')],
  ['undefined', () => undefined],
  ['null', () => null],
  ['a number', () => 1],
  ['a list', () => [signed()]],
  ['bytes', () => Buffer.from(signed())],
  ['a String object', () => Object(signed())],
  ['an object that says it is text', () => ({ toString: () => signed(), length: 1 })],
]

/** With their four dots they look like an encrypted token. */
const twoTokens: readonly (readonly [what: string, token: () => unknown])[] = [
  ['two tokens with a space between', () => `${signed()} ${signed()}`],
  ['two tokens with a comma between', () => `${signed()},${signed()}`],
]

/** RFC 7515 §7.1, RFC 7516 §7.1 */
export const parts: Family = family(
  'wrong number of parts',
  { source: 'RFC 7519 §7.2', policy: HS256, twin: () => signed() },
  [
    ...wrongParts.map(([what, token]) => ({ what, code: 'SB_TOKEN_MALFORMED' as const, token })),
    ...twoTokens.map(([what, token]) => ({ what, code: 'SB_FORM_MISMATCH' as const, token })),
    ...wrongParts.map(([what, token]) => ({
      what: `${what}, for an encrypted token`,
      policy: dir,
      code: 'SB_TOKEN_MALFORMED' as const,
      token,
      twin: () => sealed(),
    })),
    { what: 'two dots', code: 'SB_HEADER_INVALID', token: () => dots(2) },
    { what: 'four dots', policy: dir, code: 'SB_HEADER_INVALID', token: () => dots(4), twin: () => sealed() },
    { what: '100,000 dots', code: 'SB_TOKEN_TOO_LARGE', token: () => dots(100_000) },
    {
      what: '100,000 dots, with room',
      policy: roomy,
      code: 'SB_TOKEN_MALFORMED',
      token: () => dots(100_000),
    },
    { what: '16,385 characters', code: 'SB_TOKEN_TOO_LARGE', token: () => signed().padEnd(16_385, 'A') },
    {
      what: 'a megabyte',
      code: 'SB_TOKEN_TOO_LARGE',
      token: () => signed({ ...goodClaims, a: 'x'.repeat(1_000_000) }),
    },
  ],
)

const flattened = (token: string): string => {
  const [header, payload, signature] = inParts(token)
  return JSON.stringify({ protected: header, payload, signature })
}
const general = (token: string): string => {
  const [header, payload, signature] = inParts(token)
  return JSON.stringify({ payload, signatures: [{ protected: header, signature }] })
}
const flattenedJwe = (token: string): string => {
  const [header, , iv, ciphertext, tag] = inParts(token)
  return JSON.stringify({ protected: header, iv, ciphertext, tag })
}

/** A token of one form must not pass for one of another. */
export const forms: Family = family('JWS for JWE and back', { source: 'RFC 7516 §9, RFC 8725 §3.1' }, [
  {
    what: 'a JWE for a JWS',
    policy: HS256,
    code: 'SB_FORM_MISMATCH',
    token: () => sealed(),
    twin: () => signed(),
  },
  {
    what: 'a nested token for a JWS',
    policy: HS256,
    code: 'SB_FORM_MISMATCH',
    token: () => nested(),
    twin: () => signed(),
  },
  {
    what: 'a JWS for a JWE',
    policy: dir,
    code: 'SB_FORM_MISMATCH',
    token: () => signed(),
    twin: () => sealed(),
  },
  {
    what: 'a JWS for a nested token',
    policy: nestedDir,
    code: 'SB_FORM_MISMATCH',
    token: () => signed(),
    twin: () => nested(),
  },
  {
    what: 'a nested token for a JWE',
    policy: dir,
    code: 'SB_FORM_MISMATCH',
    token: () => nested(),
    twin: () => sealed(),
  },
  {
    what: 'a JWE of claims for a nested token',
    policy: nestedDir,
    code: 'SB_NESTED_CTY',
    token: () => sealed(),
    twin: () => nested(),
  },
  {
    what: 'a JWS signed with the secret of encrypted tokens',
    policy: HS256,
    code: 'SB_INTEGRITY_FAILED',
    token: () => handSign(jwsHeader, goodClaims, sealingSecret),
    twin: () => signed(),
  },
  {
    what: 'an encrypted token sealed with the secret of signatures',
    policy: dir,
    code: 'SB_INTEGRITY_FAILED',
    token: () => handSeal(jweHeader, goodClaims, signingSecret),
    twin: () => sealed(),
  },
  ...['dir', 'A256KW', 'RSA-OAEP', 'ECDH-ES', 'A256GCM'].map((alg) => ({
    what: `a JWS that says ${alg}`,
    policy: HS256,
    code: 'SB_ALG_NOT_ALLOWED' as const,
    token: () => signed(goodClaims, { ...jwsHeader, alg }),
    twin: () => signed(),
  })),
  ...['HS256', 'RS256', 'none', 'A256GCM', 'DIR', 'dir ', 'dir\0', '\ufeffdir', 'direct', 'A256KW'].map(
    (alg) => ({
      what: `a JWE that says ${JSON.stringify(alg)}`,
      policy: dir,
      code: 'SB_ALG_NOT_ALLOWED' as const,
      token: () => sealed(goodClaims, { ...jweHeader, alg }),
      twin: () => sealed(),
    }),
  ),
  ...[
    'dir',
    'HS256',
    'none',
    'A256CBC',
    '',
    'a256gcm',
    'A256GCM ',
    'A256GCM\0',
    'aes-256-gcm',
    'constructor',
    'A128GCM',
    'A256CBC-HS512',
  ].map((enc) => ({
    what: `a JWE that says enc ${JSON.stringify(enc)}`,
    policy: dir,
    code: 'SB_ENC_NOT_ALLOWED' as const,
    token: () => sealed(goodClaims, { ...jweHeader, enc }),
    twin: () => sealed(),
  })),
  {
    what: 'a JWE without enc',
    policy: dir,
    code: 'SB_ENC_NOT_ALLOWED',
    token: () => sealed(goodClaims, { alg: 'dir', typ: 'at+jwt' }),
    twin: () => sealed(),
  },
  ...[null, 1, ['A256GCM']].map((enc) => ({
    what: `a JWE with enc ${JSON.stringify(enc)}`,
    policy: dir,
    code: 'SB_HEADER_INVALID' as const,
    token: () => sealed(goodClaims, { ...jweHeader, enc }),
    twin: () => sealed(),
  })),
  {
    what: 'a JWS stretched to five parts',
    policy: dir,
    code: 'SB_ALG_NOT_ALLOWED',
    token: () => `${signed()}..`,
    twin: () => sealed(),
  },
  {
    what: 'a JWE cut to three parts',
    policy: HS256,
    code: 'SB_ALG_NOT_ALLOWED',
    token: () =>
      inParts(sealed())
        .filter((_, i) => i === 0 || i > 2)
        .join('.'),
    twin: () => signed(),
  },
  ...(
    [
      ['flattened', flattened],
      ['general', general],
    ] as const
  ).map(([name, serialize]) => ({
    what: `a JWS in ${name} JSON`,
    source: 'GHSA-jc38-x7x8-2xc8, RFC 7515 §7.2',
    policy: HS256,
    code: 'SB_TOKEN_MALFORMED' as const,
    token: () => serialize(signed()),
    twin: () => signed(),
  })),
  {
    what: 'a JWS in JSON whose alg is not protected',
    source: 'GHSA-jc38-x7x8-2xc8, RFC 7515 §7.2',
    policy: HS256,
    code: 'SB_TOKEN_MALFORMED',
    token: () =>
      JSON.stringify({ header: jwsHeader, payload: segment(goodClaims), signature: segment(bytes(32)) }),
    twin: () => signed(),
  },
  {
    what: 'a JWE in flattened JSON',
    source: 'GHSA-jc38-x7x8-2xc8, RFC 7516 §7.2',
    policy: dir,
    code: 'SB_TOKEN_MALFORMED',
    token: () => flattenedJwe(sealed()),
    twin: () => sealed(),
  },
])
