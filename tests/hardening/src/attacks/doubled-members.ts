import { goodClaims } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { inClaim, jweHeader, jwsHeader, nested, nestedHeader, sealed, signed, withText } from './tokens.js'
import { dir, HS256, nestedClaim, nestedDir } from './verifiers.js'

/** Text in front of a good header or good claims, in which a member is there twice, and nearly the same text. */
const headers: readonly (readonly [what: string, doubled: string, single: string])[] = [
  ['alg, none first', '"alg":"none"', '"alh":"none"'],
  ['alg, the same one', '"alg":"HS256"', '"alh":"HS256"'],
  ['alg by an escape', '"\\u0061lg":"none"', '"\\u0062lg":"none"'],
  ['alg by an escape of another kind', '"al\\u0067":"none"', '"al\\u0068":"none"'],
  ['typ', '"typ":"JWT"', '"typo":"JWT"'],
  ['a parameter nobody knows', '"x":1,"x":2', '"x":1,"y":2'],
  ['no name', '"":1,"":2', '"":1'],
  ['__proto__', '"__proto__":1,"__proto__":2', '"__proto__":1'],
  ['a member of an embedded jwk', '"jwk":{"kty":"oct","kty":"RSA"}', '"jwk":{"kty":"oct","k":"RSA"}'],
]

const claims: readonly (readonly [what: string, doubled: string, single: string])[] = [
  ['sub', '"sub":"admin"', '"sup":"admin"'],
  ['sub, the same', `"sub":"${goodClaims.sub}"`, `"sup":"${goodClaims.sub}"`],
  ['exp', '"exp":9999999999', '"exq":9999999999'],
  ['iss', '"iss":"https://evil.example"', '"isr":"https://evil.example"'],
  ['aud', '"aud":[]', '"auc":[]'],
  ['sub by an escape', '"\\u0073ub":"admin"', '"\\u0073up":"admin"'],
  ['sub with white space behind', '"sub" :"admin"', '"sup" :"admin"'],
  ['sub with an end of line behind', '"sub"\n\t:"admin"', '"sup"\n\t:"admin"'],
  ['a claim three times', '"r":1,"r":2,"r":3', '"r":1,"s":2,"t":3'],
  ['a member inside a claim', '"a":{"b":1,"b":2}', '"a":{"b":1,"c":2}'],
  ['a member inside a list', '"a":[{"b":1,"b":2}]', '"a":[{"b":1},{"b":2}]'],
  [
    'a member at the deepest level',
    `"a":${'['.repeat(29)}{"b":1,"b":2}${']'.repeat(29)}`,
    `"a":${'['.repeat(29)}{"b":1,"c":2}${']'.repeat(29)}`,
  ],
  [
    'a claim beside text that looks like members',
    '"t":"\\"r\\":1,\\"s\\":2","r":1,"r":2',
    '"t":"\\"r\\":1","r":1',
  ],
  ['a claim beside text that ends in a backslash', '"t":"\\\\","r":1,"r":2', '"t":"\\\\","r":1'],
  ['a claim beside text with a colon', '"t":":::","r":1,"r":2', '"t":":::","r":1'],
  ['a name with a quote in it', '"a\\"":1,"a\\"":2', '"a\\"":1,"a":2'],
  ['a name that looks like the end of one', '"a\\":":1,"a\\":":2', '"a\\":":1,"a":2'],
  ['a number as a name', '"1":1,"1":2', '"1":1,"01":2'],
  ['__proto__', '"__proto__":{},"__proto__":{"admin":true}', '"__proto__":{"admin":true}'],
  ['a name beyond ASCII by an escape', '"é":1,"\\u00e9":2', '"é":1,"e\\u0301":2'],
]

export const doubledMembers: Family = family('members twice', { source: 'RFC 7515 §4, RFC 7519 §4' }, [
  ...headers.map(([what, doubled, single]) => ({
    what: `in the header: ${what}`,
    policy: HS256,
    code: 'SB_HEADER_INVALID' as const,
    token: () => signed(goodClaims, withText(doubled, jwsHeader)),
    twin: () => signed(goodClaims, withText(single, jwsHeader)),
  })),
  ...claims.map(([what, doubled, single]) => ({
    what: `in the claims: ${what}`,
    policy: HS256,
    code: 'SB_CLAIMS_INVALID' as const,
    token: () => signed(withText(doubled)),
    twin: () => signed(withText(single)),
  })),
  {
    what: 'in the JWE header: enc',
    policy: dir,
    code: 'SB_HEADER_INVALID',
    token: () => sealed(goodClaims, withText('"enc":"A128GCM"', jweHeader)),
    twin: () => sealed(goodClaims, withText('"end":"A128GCM"', jweHeader)),
  },
  {
    what: 'in the JWE header: cty',
    policy: nestedDir,
    code: 'SB_HEADER_INVALID',
    token: () => nested(signed(), withText('"cty":"json"', nestedHeader)),
    twin: () => nested(signed(), withText('"ctz":"json"', nestedHeader)),
  },
  {
    what: 'in sealed claims',
    policy: dir,
    code: 'SB_CLAIMS_INVALID',
    token: () => sealed(withText('"sub":"admin"')),
    twin: () => sealed(withText('"sup":"admin"')),
  },
  {
    what: 'beside a nested token: the claim that carries it',
    policy: nestedClaim,
    code: 'SB_CLAIMS_INVALID',
    token: () => inClaim(withText('"token":"a"', { token: signed() })),
    twin: () => inClaim(withText('"tokem":"a"', { token: signed() })),
  },
])
