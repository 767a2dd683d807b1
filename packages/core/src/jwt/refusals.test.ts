import { describe, expect, test } from 'vitest'
import { type Content, handSeal, handSign, segment } from '../../test-kit/hand-made.js'
import { audience, goodClaims, issuer, now, nowSeconds } from '../../test-kit/parties.js'
import { bytes, testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { type ErrorCode, errorTable } from '../error-table.js'
import { isSealbearerError } from '../errors.js'
import { encryptJwe } from '../jwe/encrypt.js'
import type { Verifier } from './define-verifier.js'
import type { ClaimsToIssue } from './issued-claims.js'
import { createIssuer } from './issuer.js'
import { createVerifier } from './verifier.js'

const signingSecret = bytes(32)
const sealingSecret = bytes(32, 100)
const jwsHeader = { alg: 'HS256', typ: 'at+jwt' }
const jweHeader = { alg: 'dir', enc: 'A256GCM', typ: 'at+jwt' }
const nestedHeader = { alg: 'dir', enc: 'A256GCM', cty: 'JWT' }

const policy = { issuer, audience, typ: 'at+jwt', now } as const
const signature = async () => ({ algorithms: ['HS256'] as const, keys: await testKey('HS256') })
const encryption = async () => ({
  keyManagement: ['dir'] as const,
  contentEncryption: ['A256GCM'] as const,
  keys: await testKey('dir', { first: 100 }),
})

const verifiers = {
  signed: async (options: object = {}): Promise<Verifier> =>
    createVerifier({ ...policy, signature: await signature(), ...options }),
  encrypted: async (options: object = {}): Promise<Verifier> =>
    createVerifier({ ...policy, encryption: await encryption(), ...options }),
  nested: async (options: object = {}): Promise<Verifier> =>
    createVerifier({ ...policy, signature: await signature(), encryption: await encryption(), ...options }),
  claim: async (options: object = {}): Promise<Verifier> =>
    createVerifier({
      ...policy,
      signature: await signature(),
      encryption: { ...(await encryption()), nesting: { claim: 'token' } },
      ...options,
    }),
}

const signed = (claims: Content = goodClaims, header: Content = jwsHeader): string =>
  handSign(header, claims, signingSecret)
const encrypted = (claims: Content = goodClaims, header: Content = jweHeader): string =>
  handSeal(header, claims, sealingSecret)
const nested = (inner: Content = signed(), header: Content = nestedHeader): string =>
  handSeal(header, inner, sealingSecret)
const inClaim = (outer: Content, header: Content = { alg: 'dir', enc: 'A256GCM' }): string =>
  handSeal(header, outer, sealingSecret)
const without = (name: string): object =>
  Object.fromEntries(Object.entries(goodClaims).filter(([member]) => member !== name))

interface Row {
  readonly title: string
  readonly code: ErrorCode
  readonly parameter?: string
  readonly form: keyof typeof verifiers
  readonly token: () => unknown
  /** Nearly the same, and accepted. */
  readonly twin: () => string
  readonly options?: object
}

const rows: readonly Row[] = [
  // Form
  {
    title: 'a signed token of 16,385 characters',
    code: 'SB_TOKEN_TOO_LARGE',
    form: 'signed',
    token: () => signed().padEnd(16_385, 'A'),
    twin: signed,
  },
  {
    title: 'a token longer than the option allows',
    code: 'SB_TOKEN_TOO_LARGE',
    form: 'signed',
    options: { maxTokenSize: signed().length },
    token: () => signed({ ...goodClaims, a: 1 }),
    twin: signed,
  },
  {
    title: 'text without dots',
    code: 'SB_TOKEN_MALFORMED',
    parameter: 'no dot in it',
    form: 'signed',
    token: () => 'token',
    twin: signed,
  },
  { title: 'no text', code: 'SB_TOKEN_MALFORMED', form: 'signed', token: () => undefined, twin: signed },
  {
    title: 'a token in a list',
    code: 'SB_TOKEN_MALFORMED',
    form: 'signed',
    token: () => [signed()],
    twin: signed,
  },
  {
    title: 'an encrypted token where a signed token is asked for',
    code: 'SB_FORM_MISMATCH',
    parameter: 'encrypted',
    form: 'signed',
    token: encrypted,
    twin: signed,
  },
  {
    title: 'a signed token where an encrypted token is asked for',
    code: 'SB_FORM_MISMATCH',
    parameter: 'signed',
    form: 'encrypted',
    token: signed,
    twin: encrypted,
  },
  {
    title: 'a signed token where both are asked for',
    code: 'SB_FORM_MISMATCH',
    parameter: 'signed',
    form: 'nested',
    token: signed,
    twin: nested,
  },
  {
    title: 'a nested token where claims are asked for',
    code: 'SB_FORM_MISMATCH',
    parameter: 'cty',
    form: 'encrypted',
    token: () => nested(signed(), { ...jweHeader, cty: 'JWT' }),
    twin: encrypted,
  },
  {
    title: 'claims with cty JWT where claims are asked for',
    code: 'SB_FORM_MISMATCH',
    parameter: 'cty',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, cty: 'application/jwt' }),
    twin: () => encrypted(goodClaims, { ...jweHeader, cty: 'json' }),
  },
  {
    title: 'a JWE within a JWE',
    code: 'SB_FORM_MISMATCH',
    parameter: 'encrypted',
    form: 'nested',
    token: () => nested(encrypted()),
    twin: nested,
  },
  {
    title: 'a nested token within a JWE',
    code: 'SB_FORM_MISMATCH',
    parameter: 'encrypted',
    form: 'nested',
    token: () => nested(nested()),
    twin: nested,
  },
  {
    title: 'bare claims within a JWE',
    code: 'SB_TOKEN_MALFORMED',
    parameter: 'no dot in it',
    form: 'nested',
    token: () => nested({ exp: nowSeconds + 900, iss: 'me' }),
    twin: nested,
  },
  {
    title: 'invalid UTF-8 within a JWE',
    code: 'SB_TOKEN_MALFORMED',
    form: 'nested',
    token: () => nested(Uint8Array.of(0xff)),
    twin: nested,
  },
  {
    title: 'white space around the inner token',
    code: 'SB_HEADER_INVALID',
    form: 'nested',
    token: () => nested(` ${signed()}`),
    twin: nested,
  },
  {
    title: 'a line end behind the inner token',
    code: 'SB_INTEGRITY_FAILED',
    form: 'nested',
    token: () => nested(`${signed()}\n`),
    twin: nested,
  },

  // Header
  {
    title: 'a header that is no JSON',
    code: 'SB_HEADER_INVALID',
    form: 'signed',
    token: () => signed(goodClaims, 'header'),
    twin: signed,
  },
  {
    title: 'a header with zip',
    code: 'SB_HEADER_INVALID',
    parameter: 'zip',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, zip: 'DEF' }),
    twin: () => encrypted(goodClaims, { ...jweHeader, zap: 'DEF' }),
  },
  {
    title: 'a header with b64',
    code: 'SB_HEADER_INVALID',
    parameter: 'b64',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, b64: false }),
    twin: () => signed(goodClaims, { ...jwsHeader, b65: false }),
  },
  {
    title: 'a header with crit',
    code: 'SB_CRIT_UNSUPPORTED',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, crit: ['x'], x: 1 }),
    twin: () => signed(goodClaims, { ...jwsHeader, x: 1 }),
  },
  {
    title: 'crit inside',
    code: 'SB_CRIT_UNSUPPORTED',
    form: 'nested',
    token: () => nested(signed(goodClaims, { ...jwsHeader, crit: ['x'], x: 1 })),
    twin: nested,
  },
  {
    title: 'alg none',
    code: 'SB_ALG_NOT_ALLOWED',
    form: 'signed',
    token: () => `${segment({ alg: 'none', typ: 'at+jwt' })}.${segment(goodClaims)}.`,
    twin: signed,
  },
  {
    title: 'alg none inside',
    code: 'SB_ALG_NOT_ALLOWED',
    form: 'nested',
    token: () => nested(`${segment({ alg: 'none', typ: 'at+jwt' })}.${segment(goodClaims)}.`),
    twin: nested,
  },
  {
    title: 'another alg',
    code: 'SB_ALG_NOT_ALLOWED',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, alg: 'HS384' }),
    twin: signed,
  },
  {
    title: 'another enc',
    code: 'SB_ENC_NOT_ALLOWED',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, enc: 'A128GCM' }),
    twin: encrypted,
  },
  {
    title: 'an unknown key',
    code: 'SB_KEY_NOT_FOUND',
    form: 'signed',
    options: { signature: { algorithms: ['HS256'], keys: testKey('HS256', { kid: '1' }) } },
    parameter: 'kid: no key has it',
    token: () => signed(goodClaims, { ...jwsHeader, kid: '2' }),
    twin: () => signed(goodClaims, { ...jwsHeader, kid: '1' }),
  },
  {
    title: 'unavailable keys',
    code: 'SB_KEYS_UNAVAILABLE',
    form: 'signed',
    options: {
      signature: {
        algorithms: ['HS256'],
        keys: {
          generation: 0,
          select: async ({ kid }: { kid?: string }) =>
            kid === 'down' ? Promise.reject(new Error('down')) : [await testKey('HS256')],
        },
      },
    },
    token: () => signed(goodClaims, { ...jwsHeader, kid: 'down' }),
    twin: signed,
  },

  // Integrity
  {
    title: 'an attacker’s signature',
    code: 'SB_INTEGRITY_FAILED',
    form: 'signed',
    token: () => handSign(jwsHeader, goodClaims, bytes(32, 9)),
    twin: signed,
  },
  {
    title: 'a token that an attacker encrypted',
    code: 'SB_INTEGRITY_FAILED',
    form: 'encrypted',
    token: () => handSeal(jweHeader, goodClaims, bytes(32, 9)),
    twin: encrypted,
  },
  {
    title: 'an attacker’s signature in an authentic encrypted token',
    code: 'SB_INTEGRITY_FAILED',
    form: 'nested',
    token: () => nested(handSign(jwsHeader, goodClaims, bytes(32, 9))),
    twin: nested,
  },
  {
    title: 'an unsigned token in an authentic encrypted token',
    code: 'SB_INTEGRITY_FAILED',
    form: 'nested',
    token: () => nested(`${segment(jwsHeader)}.${segment(goodClaims)}.`),
    twin: nested,
  },

  // Nesting
  {
    title: 'no cty',
    code: 'SB_NESTED_CTY',
    form: 'nested',
    token: () => nested(signed(), { alg: 'dir', enc: 'A256GCM' }),
    twin: nested,
  },
  {
    title: 'another cty',
    code: 'SB_NESTED_CTY',
    form: 'nested',
    token: () => nested(signed(), { ...nestedHeader, cty: 'JWS' }),
    twin: () => nested(signed(), { ...nestedHeader, cty: 'application/JWT' }),
  },
  {
    title: 'typ JWT for cty',
    code: 'SB_NESTED_CTY',
    form: 'nested',
    token: () => nested(signed(), { alg: 'dir', enc: 'A256GCM', typ: 'JWT' }),
    twin: () => nested(signed(), { ...nestedHeader, cty: 'jwt' }),
  },
  {
    title: 'no token in the claim',
    code: 'SB_NESTED_CLAIM',
    parameter: 'token',
    form: 'claim',
    token: () => inClaim({}),
    twin: () => inClaim({ token: signed() }),
  },
  {
    title: 'a token in another claim',
    code: 'SB_NESTED_CLAIM',
    parameter: 'token',
    form: 'claim',
    token: () => inClaim({ Token: signed() }),
    twin: () => inClaim({ token: signed() }),
  },
  {
    title: 'an object in the claim',
    code: 'SB_NESTED_CLAIM',
    parameter: 'token',
    form: 'claim',
    token: () => inClaim({ token: goodClaims }),
    twin: () => inClaim({ token: signed() }),
  },
  {
    title: 'a list in the claim',
    code: 'SB_NESTED_CLAIM',
    parameter: 'token',
    form: 'claim',
    token: () => inClaim({ token: [signed()] }),
    twin: () => inClaim({ token: signed() }),
  },
  {
    title: 'null in the claim',
    code: 'SB_NESTED_CLAIM',
    parameter: 'token',
    form: 'claim',
    token: () => inClaim({ token: null }),
    twin: () => inClaim({ token: signed() }),
  },
  {
    title: 'two tokens in the claim',
    code: 'SB_CLAIMS_INVALID',
    form: 'claim',
    token: () => inClaim(`{"token":"${signed()}","token":"${signed()}"}`),
    twin: () => inClaim(`{"token":"${signed()}","token2":"${signed()}"}`),
  },
  {
    title: 'an outer JWT that has expired',
    code: 'SB_TOKEN_EXPIRED',
    parameter: 'exp: less than a minute ago',
    form: 'claim',
    token: () => inClaim({ token: signed(), exp: nowSeconds }),
    twin: () => inClaim({ token: signed(), exp: nowSeconds + 1 }),
  },
  {
    title: 'an outer JWT that is not valid yet',
    code: 'SB_TOKEN_NOT_YET_VALID',
    form: 'claim',
    token: () => inClaim({ token: signed(), nbf: nowSeconds + 1 }),
    twin: () => inClaim({ token: signed(), nbf: nowSeconds }),
  },
  {
    title: 'an outer exp as text',
    code: 'SB_CLAIMS_INVALID',
    parameter: 'exp',
    form: 'claim',
    token: () => inClaim({ token: signed(), exp: '2100' }),
    twin: () => inClaim({ token: signed() }),
  },
  {
    title: 'an inner JWT that has expired',
    code: 'SB_TOKEN_EXPIRED',
    parameter: 'exp: less than a minute ago',
    form: 'claim',
    token: () => inClaim({ token: signed({ ...goodClaims, exp: nowSeconds }), exp: nowSeconds + 900 }),
    twin: () => inClaim({ token: signed() }),
  },
  {
    title: 'claims outside that the inner JWT lacks',
    code: 'SB_CLAIM_MISSING',
    parameter: 'iss',
    form: 'claim',
    token: () => inClaim({ token: signed(without('iss')), iss: issuer }),
    twin: () => inClaim({ token: signed(), iss: 'https://other.example' }),
  },
  {
    title: 'cty JWT with the token in a claim',
    code: 'SB_FORM_MISMATCH',
    parameter: 'cty',
    form: 'claim',
    token: () => inClaim({ token: signed() }, nestedHeader),
    twin: () => inClaim({ token: signed() }),
  },
  {
    title: 'the token not in a claim',
    code: 'SB_CLAIMS_INVALID',
    form: 'claim',
    token: () => inClaim(signed()),
    twin: () => inClaim({ token: signed() }),
  },

  // Claims repeated in the header (RFC 7519 §5.3)
  {
    title: 'another iss in the header',
    code: 'SB_HEADER_CLAIM_MISMATCH',
    parameter: 'iss',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, iss: 'https://other.example' }),
    twin: () => encrypted(goodClaims, { ...jweHeader, iss: issuer }),
  },
  {
    title: 'another iss in the JWE header',
    code: 'SB_HEADER_CLAIM_MISMATCH',
    parameter: 'iss',
    form: 'nested',
    token: () => nested(signed(), { ...nestedHeader, iss: 'https://other.example' }),
    twin: () => nested(signed(), { ...nestedHeader, iss: issuer }),
  },
  {
    title: 'an aud in the header of another shape',
    code: 'SB_HEADER_CLAIM_MISMATCH',
    parameter: 'aud',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, aud: [audience] }),
    twin: () => encrypted({ ...goodClaims, aud: [audience, 'b'] }, { ...jweHeader, aud: [audience, 'b'] }),
  },
  {
    title: 'an exp in the header as text',
    code: 'SB_HEADER_CLAIM_MISMATCH',
    parameter: 'exp',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, exp: `${goodClaims.exp}` }),
    twin: () => encrypted(goodClaims, { ...jweHeader, exp: goodClaims.exp }),
  },
  {
    title: 'a jti in the header that the claims lack',
    code: 'SB_HEADER_CLAIM_MISMATCH',
    parameter: 'jti',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, jti: '1' }),
    twin: () => encrypted({ ...goodClaims, jti: '1' }, { ...jweHeader, jti: '1' }),
  },
  {
    title: 'null in the header for a claim that is absent',
    code: 'SB_HEADER_CLAIM_MISMATCH',
    parameter: 'jti',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, jti: null }),
    twin: encrypted,
  },
  {
    title: 'an object in the header for a claim',
    code: 'SB_HEADER_CLAIM_MISMATCH',
    parameter: 'sub',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, sub: {} }),
    twin: () => encrypted(goodClaims, { ...jweHeader, subject: {} }),
  },
  {
    title: 'a longer list in the header',
    code: 'SB_HEADER_CLAIM_MISMATCH',
    parameter: 'aud',
    form: 'encrypted',
    token: () => encrypted({ ...goodClaims, aud: [audience] }, { ...jweHeader, aud: [audience, 'b'] }),
    twin: () => encrypted({ ...goodClaims, aud: [audience] }, { ...jweHeader, aud: [audience] }),
  },

  // typ
  {
    title: 'another typ',
    code: 'SB_TYP_MISMATCH',
    parameter: 'typ: JWT',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, typ: 'JWT' }),
    twin: () => signed(goodClaims, { ...jwsHeader, typ: 'AT+JWT' }),
  },
  {
    title: 'no typ',
    code: 'SB_TYP_MISMATCH',
    parameter: 'typ: absent',
    form: 'signed',
    token: () => signed(goodClaims, { alg: 'HS256' }),
    twin: () => signed(goodClaims, { ...jwsHeader, typ: 'application/at+jwt' }),
  },
  {
    title: 'an empty typ',
    code: 'SB_TYP_MISMATCH',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, typ: '' }),
    twin: signed,
  },
  {
    title: 'a typ of another tree',
    code: 'SB_TYP_MISMATCH',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, typ: 'text/at+jwt' }),
    twin: signed,
  },
  {
    title: 'a typ with white space',
    code: 'SB_TYP_MISMATCH',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, typ: 'at+jwt ' }),
    twin: signed,
  },
  {
    title: 'a logout token',
    code: 'SB_TYP_MISMATCH',
    parameter: 'typ: logout+jwt',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, typ: 'logout+jwt' }),
    twin: signed,
  },
  {
    title: 'a proof of possession',
    code: 'SB_TYP_MISMATCH',
    parameter: 'typ: dpop+jwt',
    form: 'signed',
    token: () => signed(goodClaims, { ...jwsHeader, typ: 'dpop+jwt' }),
    twin: signed,
  },
  {
    title: 'the typ on the encrypted token alone',
    code: 'SB_TYP_MISMATCH',
    parameter: 'typ: absent',
    form: 'nested',
    token: () => nested(signed(goodClaims, { alg: 'HS256' }), { ...nestedHeader, typ: 'at+jwt' }),
    twin: () => nested(signed(), { ...nestedHeader, typ: 'other' }),
  },
  {
    title: 'another typ on an encrypted token',
    code: 'SB_TYP_MISMATCH',
    parameter: 'typ: JWT',
    form: 'encrypted',
    token: () => encrypted(goodClaims, { ...jweHeader, typ: 'JWT' }),
    twin: encrypted,
  },

  // Claims
  {
    title: 'claims that are a list',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed([goodClaims]),
    twin: signed,
  },
  {
    title: 'claims that are text',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed('"claims"'),
    twin: signed,
  },
  {
    title: 'claims that are null',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed('null'),
    twin: signed,
  },
  { title: 'no claims', code: 'SB_CLAIMS_INVALID', form: 'signed', token: () => signed(''), twin: signed },
  {
    title: 'claims that are no UTF-8',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed(Uint8Array.of(0x7b, 0xff, 0x7d)),
    twin: signed,
  },
  {
    title: 'a byte order mark',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed(`\ufeff${JSON.stringify(goodClaims)}`),
    twin: () => signed(`\n ${JSON.stringify(goodClaims)}`),
  },
  {
    title: 'a claim twice',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed(JSON.stringify(goodClaims).replace('{', '{"role":"user","role":"admin",')),
    twin: () => signed({ ...goodClaims, role: 'admin' }),
  },
  {
    title: 'a claim twice by an escape',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed(JSON.stringify(goodClaims).replace('{', '{"r\\u006fle":"user","role":"admin",')),
    twin: () => signed(JSON.stringify(goodClaims).replace('{', '{"r\\u006fle":"user",')),
  },
  {
    title: 'a member twice inside a claim',
    code: 'SB_CLAIMS_INVALID',
    form: 'encrypted',
    token: () => encrypted(JSON.stringify(goodClaims).replace('{', '{"a":{"b":1,"b":2},')),
    twin: () => encrypted({ ...goodClaims, a: { b: 1, c: 2 } }),
  },
  {
    title: 'claims nested 33 deep',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed(JSON.stringify(goodClaims).replace('{', `{"a":${'['.repeat(32)}${']'.repeat(32)},`)),
    twin: () => signed(JSON.stringify(goodClaims).replace('{', `{"a":${'['.repeat(31)}${']'.repeat(31)},`)),
  },
  {
    title: 'a lone surrogate',
    code: 'SB_CLAIMS_INVALID',
    form: 'signed',
    token: () => signed(JSON.stringify(goodClaims).replace('{', '{"a":"\\ud83d",')),
    twin: () => signed(JSON.stringify(goodClaims).replace('{', '{"a":"\\ud83d\\ude00",')),
  },

  // iss, aud, required
  {
    title: 'no iss',
    code: 'SB_CLAIM_MISSING',
    parameter: 'iss',
    form: 'signed',
    token: () => signed(without('iss')),
    twin: signed,
  },
  {
    title: 'another iss',
    code: 'SB_ISSUER_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, iss: 'https://other.example' }),
    twin: signed,
  },
  {
    title: 'an iss with a slash more',
    code: 'SB_ISSUER_MISMATCH',
    parameter: 'a slash at the end, https:// or case differs',
    form: 'signed',
    token: () => signed({ ...goodClaims, iss: `${issuer}/` }),
    twin: signed,
  },
  {
    title: 'an iss that is a prefix',
    code: 'SB_ISSUER_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, iss: issuer.slice(0, -1) }),
    twin: signed,
  },
  {
    title: 'an iss in another case',
    code: 'SB_ISSUER_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, iss: issuer.toUpperCase() }),
    twin: signed,
  },
  {
    title: 'an empty iss',
    code: 'SB_ISSUER_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, iss: '' }),
    twin: signed,
  },
  {
    title: 'no aud',
    code: 'SB_CLAIM_MISSING',
    parameter: 'aud',
    form: 'signed',
    token: () => signed(without('aud')),
    twin: signed,
  },
  {
    title: 'another aud',
    code: 'SB_AUDIENCE_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, aud: 'https://other.example' }),
    twin: signed,
  },
  {
    title: 'an aud in another case',
    code: 'SB_AUDIENCE_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, aud: audience.toUpperCase() }),
    twin: signed,
  },
  {
    title: 'an aud that begins as ours',
    code: 'SB_AUDIENCE_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, aud: `${audience}.evil.example` }),
    twin: signed,
  },
  {
    title: 'an empty aud',
    code: 'SB_AUDIENCE_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, aud: '' }),
    twin: signed,
  },
  {
    title: 'an empty list of aud',
    code: 'SB_AUDIENCE_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, aud: [] }),
    twin: () => signed({ ...goodClaims, aud: [audience] }),
  },
  {
    title: 'a list of other aud',
    code: 'SB_AUDIENCE_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, aud: ['a', 'b'] }),
    twin: () => signed({ ...goodClaims, aud: ['a', audience] }),
  },
  {
    title: 'the literal aud any',
    code: 'SB_AUDIENCE_MISMATCH',
    form: 'signed',
    token: () => signed({ ...goodClaims, aud: 'any' }),
    twin: signed,
  },
  {
    title: 'no sub where it is required',
    code: 'SB_CLAIM_MISSING',
    parameter: 'sub',
    form: 'signed',
    options: { requiredClaims: ['sub'] },
    token: () => signed(without('sub')),
    twin: signed,
  },
  {
    title: 'null for a claim that is required',
    code: 'SB_CLAIM_MISSING',
    parameter: 'tenant',
    form: 'signed',
    options: { requiredClaims: ['tenant'] },
    token: () => signed({ ...goodClaims, tenant: null }),
    twin: () => signed({ ...goodClaims, tenant: '' }),
  },
  {
    title: 'no claim of a name that Object has',
    code: 'SB_CLAIM_MISSING',
    parameter: 'toString',
    form: 'signed',
    options: { requiredClaims: ['toString'] },
    token: signed,
    twin: () => signed({ ...goodClaims, toString: 1 }),
  },

  // Times
  {
    title: 'no exp',
    code: 'SB_CLAIM_MISSING',
    parameter: 'exp',
    form: 'signed',
    token: () => signed(without('exp')),
    twin: signed,
  },
  {
    title: 'exp now',
    code: 'SB_TOKEN_EXPIRED',
    parameter: 'exp: less than a minute ago',
    form: 'signed',
    token: () => signed({ ...goodClaims, exp: nowSeconds }),
    twin: () => signed({ ...goodClaims, exp: nowSeconds + 1 }),
  },
  {
    title: 'exp a moment ago',
    code: 'SB_TOKEN_EXPIRED',
    parameter: 'exp: less than a minute ago',
    form: 'encrypted',
    token: () => encrypted({ ...goodClaims, exp: nowSeconds - 0.001 }),
    twin: () => encrypted({ ...goodClaims, exp: nowSeconds + 0.001 }),
  },
  {
    title: 'exp 0',
    code: 'SB_TOKEN_EXPIRED',
    form: 'signed',
    token: () => signed({ ...goodClaims, exp: 0 }),
    twin: signed,
  },
  {
    title: 'nbf in a second',
    code: 'SB_TOKEN_NOT_YET_VALID',
    form: 'signed',
    token: () => signed({ ...goodClaims, nbf: nowSeconds + 1 }),
    twin: () => signed({ ...goodClaims, nbf: nowSeconds }),
  },
  {
    title: 'nbf in a moment',
    code: 'SB_TOKEN_NOT_YET_VALID',
    form: 'nested',
    token: () => nested(signed({ ...goodClaims, nbf: nowSeconds + 0.5 })),
    twin: () => nested(signed({ ...goodClaims, nbf: nowSeconds - 0.5 })),
  },
  {
    title: 'an age beyond maxTokenAge',
    code: 'SB_TOKEN_TOO_OLD',
    form: 'signed',
    options: { maxTokenAge: '1h' },
    token: () => signed({ ...goodClaims, iat: nowSeconds - 3601 }),
    twin: () => signed({ ...goodClaims, iat: nowSeconds - 3600 }),
  },
  {
    title: 'no iat with maxTokenAge',
    code: 'SB_CLAIM_MISSING',
    parameter: 'iat',
    form: 'signed',
    options: { maxTokenAge: '1h' },
    token: () => signed(without('iat')),
    twin: signed,
  },
  {
    title: 'an iat ahead with maxTokenAge',
    code: 'SB_TOKEN_NOT_YET_VALID',
    parameter: 'iat',
    form: 'signed',
    options: { maxTokenAge: '1h' },
    token: () => signed({ ...goodClaims, iat: nowSeconds + 1 }),
    twin: signed,
  },

  // Revocation
  {
    title: 'a token that is revoked',
    code: 'SB_TOKEN_REVOKED',
    form: 'signed',
    options: { revoked: ({ claims }: { claims: { role?: string } }) => claims.role !== 'user' },
    token: signed,
    twin: () => signed({ ...goodClaims, role: 'user' }),
  },

  // Schema
  {
    title: 'claims that the schema refuses',
    code: 'SB_CLAIMS_REJECTED',
    form: 'signed',
    options: {
      claimsSchema: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value: { role?: string }) =>
            value.role === 'user' ? { value } : { issues: [{ message: 'no' }] },
        },
      },
    },
    token: signed,
    twin: () => signed({ ...goodClaims, role: 'user' }),
  },
]

async function settled(row: Row): Promise<Verifier> {
  const options: Record<string, unknown> = { ...row.options }
  const { signature: own } = options
  if (typeof own === 'object' && own !== null && 'keys' in own) {
    options['signature'] = { ...own, keys: await own.keys }
  }
  return verifiers[row.form](options)
}

test.each(rows)('$form: refuses $title ($code)', async (row) => {
  const verifier = await settled(row)
  const refusal = verifier.verify(untyped(row.token()))
  await expect(refusal).rejects.toMatchObject({ code: row.code, parameter: row.parameter })
  const error: unknown = await refusal.catch((caught: unknown) => caught)
  expect(isSealbearerError(error)).toBe(true)
  expect(error).not.toHaveProperty('cause')
  await expect(verifier.verify(row.twin())).resolves.toMatchObject({
    form: row.form === 'claim' ? 'nested' : row.form,
  })
  // Nor does what was accepted open the door for what was refused.
  await expect(verifier.verify(untyped(row.token()))).rejects.toMatchObject({ code: row.code })
})

const registered: readonly [name: string, bad: readonly unknown[], good: readonly unknown[]][] = [
  ['iss', [1, null, true, [issuer], { a: issuer }], [issuer]],
  ['sub', [1, null, false, ['user'], {}], ['user', '']],
  ['aud', [1, null, true, {}, [audience, 1], [audience, null], [[audience]]], [audience, [audience]]],
  [
    'exp',
    ['2100000000', null, true, [], {}, -1, 1e308, 253_402_300_800, nowSeconds * 1000],
    [253_402_300_799, nowSeconds + 0.5],
  ],
  ['nbf', ['0', null, false, [0], {}, -1, 1e308], [0, 0.5, nowSeconds]],
  ['iat', ['0', null, true, [0], {}, -1, -0.001, 1e308], [0, 0.5, nowSeconds, nowSeconds - 5]],
  ['jti', [1, null, true, ['1'], {}], ['1', '']],
]

describe.each(registered)('%s', (name, bad, good) => {
  test.each(bad.map((value) => ({ value })))('must not be $value', async ({ value }) => {
    for (const [form, token] of [
      ['signed', signed({ ...goodClaims, [name]: value })],
      ['encrypted', encrypted({ ...goodClaims, [name]: value })],
      ['nested', nested(signed({ ...goodClaims, [name]: value }))],
    ] as const) {
      await expect((await verifiers[form]()).verify(token)).rejects.toMatchObject({
        code: 'SB_CLAIMS_INVALID',
        parameter: name,
      })
    }
  })

  test.each(good.map((value) => ({ value })))('may be $value', async ({ value }) => {
    const { claims } = await (await verifiers.signed()).verify(signed({ ...goodClaims, [name]: value }))
    expect(claims[name]).toEqual(value)
  })
})

test('exp must not be infinite', async () => {
  const token = signed(JSON.stringify(goodClaims).replace(`"exp":${goodClaims.exp}`, '"exp":1e999'))
  await expect((await verifiers.signed()).verify(token)).rejects.toMatchObject({ code: 'SB_CLAIMS_INVALID' })
})

describe('while issuing', () => {
  const options = async () => ({
    issuer,
    audience,
    lifetime: '15m' as const,
    signature: { algorithm: 'HS256' as const, keys: await testKey('HS256') },
    confidentialClaims: ['email'],
    now,
  })

  test.each<{
    code: ErrorCode
    title: string
    claims: ClaimsToIssue
    lifetime?: unknown
    twin: ClaimsToIssue
  }>([
    { code: 'SB_CLAIM_RESERVED', title: 'iss', claims: { iss: untyped('me') }, twin: { issuer: 'me' } },
    { code: 'SB_CLAIM_FORBIDDEN', title: 'password', claims: { password: 'x' }, twin: { passport: 'x' } },
    { code: 'SB_CLAIM_CONFIDENTIAL', title: 'email', claims: { email: 'x' }, twin: { emails: 'x' } },
    { code: 'SB_LIFETIME_INVALID', title: 'a lifetime of two hours', claims: {}, lifetime: '2h', twin: {} },
  ])('$code for $title', async ({ code, claims, lifetime, twin }) => {
    const { issue } = createIssuer(await options())
    await expect(issue(claims, untyped(lifetime === undefined ? {} : { lifetime }))).rejects.toMatchObject({
      code,
      status: 500,
    })
    await expect(issue(twin)).resolves.toBeDefined()
  })
})

test('every row of errorTable that a token can cause is reached here', () => {
  const reached = new Set<string>(rows.map(({ code }) => code))
  const rowsOfTokens = Object.entries(errorTable).filter(
    ([code, row]) => ('wire' in row && row.wire === 'invalid_token') || code === 'SB_KEYS_UNAVAILABLE',
  )
  // It takes a request to prove a binding: see the authenticator's tests.
  reached.add('SB_CONFIRMATION_REQUIRED')
  reached.add('SB_CONFIRMATION_MISMATCH')
  // It takes an issuer that is asked: see the introspection's tests.
  reached.add('SB_TOKEN_INACTIVE')
  expect(rowsOfTokens.length).toBeGreaterThan(20)
  expect(rowsOfTokens.map(([code]) => code).filter((code) => !reached.has(code))).toEqual([])
})

test('an encrypted token that an attacker made with the public key is refused', async () => {
  const keys = await testKey('RSA-OAEP-256')
  const verifier = createVerifier({
    ...policy,
    signature: await signature(),
    encryption: { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys },
  })
  const seal = async (content: string) =>
    encryptJwe(new TextEncoder().encode(content), {
      keyManagement: 'RSA-OAEP-256',
      contentEncryption: 'A256GCM',
      key: await testPublicKey('RSA-OAEP-256'),
      protectedHeader: { cty: 'JWT' },
    })
  await expect(verifier.verify(await seal(JSON.stringify(goodClaims)))).rejects.toMatchObject({ status: 401 })
  const attackers = handSign(jwsHeader, goodClaims, bytes(32, 9))
  await expect(verifier.verify(await seal(attackers))).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
  await expect(verifier.verify(await seal(signed()))).resolves.toMatchObject({ form: 'nested' })
})
