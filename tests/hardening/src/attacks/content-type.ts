import { segment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { inClaim, jweHeader, jwsHeader, nested, nestedHeader, sealed, signed, without } from './tokens.js'
import { dir, HS256, nestedClaim, nestedDir, nestedIn } from './verifiers.js'

/** What the encrypted token says of its content, RFC 7519 §5.2. */
export const contentType: Family = family(
  'cty',
  { source: 'RFC 7519 §5.2, RFC 7515 §4.1.10', policy: nestedDir },
  [
    {
      what: 'absent',
      code: 'SB_NESTED_CTY',
      token: () => nested(signed(), without('cty', nestedHeader)),
      twin: () => nested(),
    },
    ...[
      'JWS',
      'JWE',
      'json',
      'at+jwt',
      'JWT+x',
      'text/JWT',
      ' JWT',
      'JWT ',
      'application/',
      'application/x/JWT',
      '',
      'none',
    ].map((cty) => ({
      what: JSON.stringify(cty),
      code: 'SB_NESTED_CTY' as const,
      token: () => nested(signed(), { ...nestedHeader, cty }),
      twin: () => nested(signed(), { ...nestedHeader, cty: 'application/jwt' }),
    })),
    ...[null, 1, true, ['JWT'], {}].map((cty) => ({
      what: JSON.stringify(cty),
      code: 'SB_HEADER_INVALID' as const,
      token: () => nested(signed(), { ...nestedHeader, cty }),
      twin: () => nested(signed(), { ...nestedHeader, cty: 'jwt' }),
    })),
    {
      what: 'as typ',
      code: 'SB_NESTED_CTY',
      token: () => nested(signed(), { alg: 'dir', enc: 'A256GCM', typ: 'JWT' }),
      twin: () => nested(),
    },
    {
      what: 'on the inner token alone',
      code: 'SB_NESTED_CTY',
      token: () => nested(signed(goodClaims, { ...jwsHeader, cty: 'JWT' }), { alg: 'dir', enc: 'A256GCM' }),
      twin: () => nested(signed()),
    },
    {
      what: 'JWT around claims, in a nested token',
      code: 'SB_FORM_MISMATCH',
      token: () => nested(signed(goodClaims, { ...jwsHeader, cty: 'JWT' })),
      twin: () => nested(signed(goodClaims, { ...jwsHeader, cty: 'json' })),
    },
    ...['JWT', 'jwt', 'application/jwt', 'at+jwt'].map((cty) => ({
      what: `${cty} around claims, in a signed token`,
      policy: HS256,
      code: 'SB_FORM_MISMATCH' as const,
      token: () => signed(goodClaims, { ...jwsHeader, cty }),
      twin: () => signed(goodClaims, { ...jwsHeader, cty: 'json' }),
    })),
    {
      what: 'JWT where the policy names another kind',
      policy: nestedIn({ cty: 'at+jwt' }),
      code: 'SB_NESTED_CTY',
      token: () => nested(),
      twin: () => nested(signed(), { ...nestedHeader, cty: 'application/AT+JWT' }),
    },
    {
      what: 'absent where the policy names several kinds',
      policy: nestedIn({ cty: ['JWT', 'at+jwt'] }),
      code: 'SB_NESTED_CTY',
      token: () => nested(signed(), without('cty', nestedHeader)),
      twin: () => nested(),
    },
    ...['JWS', 'json', '+jwt+', '', ['any', 'JWT'], []].map((cty) => ({
      what: `a policy with ${JSON.stringify(cty)}`,
      policy: nestedIn({ cty }),
      code: 'TypeError' as const,
      token: () => nested(),
      twinPolicy: nestedDir,
      twin: () => nested(),
    })),
    {
      what: 'JWT around claims',
      policy: dir,
      code: 'SB_FORM_MISMATCH',
      token: () => sealed(goodClaims, { ...jweHeader, cty: 'JWT' }),
      twin: () => sealed(goodClaims, { ...jweHeader, cty: 'json' }),
    },
    {
      what: 'JWT around a claim with the token',
      policy: nestedClaim,
      code: 'SB_FORM_MISMATCH',
      token: () => inClaim(undefined, { cty: 'JWT' }),
      twin: () => inClaim(undefined, { cty: 'json' }),
    },
    {
      what: 'left away by an issuer that may, around claims',
      policy: nestedIn({ cty: 'any' }),
      code: 'SB_HEADER_INVALID',
      token: () => nested(`${segment('{}')}.${segment(goodClaims)}.`, { alg: 'dir', enc: 'A256GCM' }),
      twin: () => nested(signed(), { alg: 'dir', enc: 'A256GCM' }),
    },
  ],
)
