import { segment } from '#core-test-kit/hand-made.js'
import { bytes, testKey } from '#core-test-kit/test-keys.js'
import { untyped } from '#core-test-kit/untyped.js'
import { type Family, family } from './attack.js'
import { inClaim, jwsHeader, nested, signed, signedWith, unsigned } from './tokens.js'
import { HS256, nestedClaim, nestedDir, RS256, signedBy } from './verifiers.js'

const typ = 'at+jwt'

/** In JSON, as they stand in the header. */
const spellings = [
  '"none"',
  '"None"',
  '"NONE"',
  '"nOnE"',
  '"noNe"',
  '"NonE"',
  '" none"',
  '"none "',
  '"none\\t"',
  '"none\\n"',
  '"none\\u0000"',
  '"\\u0000none"',
  '"n\\u006fne"',
  '"\\ufeffnone"',
  '"n\\u03bfne"',
  '"\\uff4e\\uff4f\\uff4e\\uff45"',
  '"none,HS256"',
  '"null"',
  '"undefined"',
  '"false"',
  '""',
]

const notText = ['null', '0', 'false', 'true', '[]', '{}', '["none"]', '["HS256"]', '{"alg":"HS256"}']

const header = (alg: string): string => `{"alg":${alg},"typ":"at+jwt"}`

export const algorithmNone: Family = family(
  'alg none, in every spelling',
  { source: 'CVE-2015-9235, CVE-2022-23540', policy: HS256, twin: () => signed() },
  [
    ...spellings.map((alg) => ({
      what: `alg ${alg}, unsigned`,
      code: 'SB_ALG_NOT_ALLOWED' as const,
      token: () => unsigned(header(alg)),
    })),
    ...notText.map((alg) => ({
      what: `alg ${alg}, unsigned`,
      code: 'SB_HEADER_INVALID' as const,
      token: () => unsigned(header(alg)),
    })),
    ...[undefined, null, [], ['none'], 'HS256', 'none'].map((algorithms) => ({
      what: `a policy with algorithms ${JSON.stringify(algorithms)}`,
      source: 'CVE-2020-15084, CVE-2022-23540',
      code: 'TypeError' as const,
      policy: signedBy(untyped(algorithms), () => testKey('HS256')),
      token: () => signed(),
      twinPolicy: HS256,
    })),
    { what: 'no alg, unsigned', code: 'SB_HEADER_INVALID', token: () => unsigned({ typ }) },
    {
      what: 'alg none, with a signature',
      code: 'SB_ALG_NOT_ALLOWED',
      token: () => signed(undefined, { alg: 'none', typ }),
    },
    {
      what: 'alg HS256, unsigned',
      code: 'SB_INTEGRITY_FAILED',
      token: () => unsigned(jwsHeader),
    },
    {
      what: 'alg HS256, signed with zeros',
      code: 'SB_INTEGRITY_FAILED',
      token: () => unsigned(jwsHeader, undefined, segment(new Uint8Array(32))),
    },
    {
      what: 'alg none beside a kid that is known nowhere',
      code: 'SB_ALG_NOT_ALLOWED',
      token: () => unsigned({ alg: 'none', typ, kid: '' }),
    },
    {
      what: 'alg none in place of RS256',
      code: 'SB_ALG_NOT_ALLOWED',
      policy: RS256,
      token: () => unsigned({ alg: 'none', typ }),
      twin: () => signedWith('RS256'),
    },
    {
      what: 'alg none in place of RS256, with random bytes for a signature',
      code: 'SB_ALG_NOT_ALLOWED',
      policy: RS256,
      token: () => unsigned({ alg: 'none', typ }, undefined, segment(bytes(256))),
      twin: () => signedWith('RS256'),
    },
    {
      what: 'alg none inside an encrypted token',
      code: 'SB_ALG_NOT_ALLOWED',
      policy: nestedDir,
      token: () => nested(unsigned({ alg: 'none', typ })),
      twin: () => nested(),
    },
    {
      what: 'alg none on the encrypted token',
      code: 'SB_ALG_NOT_ALLOWED',
      policy: nestedDir,
      token: () => nested(signed(), { alg: 'none', enc: 'A256GCM', cty: 'JWT' }),
      twin: () => nested(),
    },
    {
      what: 'alg none inside a claim of an encrypted token',
      code: 'SB_ALG_NOT_ALLOWED',
      policy: nestedClaim,
      token: () => inClaim({ token: unsigned({ alg: 'none', typ }) }),
      twin: () => inClaim(),
    },
  ],
)
