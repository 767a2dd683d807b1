import { createHash } from 'node:crypto'
import { withJson } from '#core-test-kit/hand-made.js'
import { goodClaims, nowSeconds } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import {
  accessToken,
  boundTo,
  clientJwk,
  good,
  guarded,
  proofOf,
  proofs,
  request,
  type Sent,
  thumbprint,
} from './proof-requests.js'
import { signed } from './tokens.js'

const jkt = thumbprint(clientJwk())
const otherJwk = clientJwk('EdDSA')
const bindings = (cnf: unknown, claims: object = {}): string => signed({ ...goodClaims, cnf, ...claims })

/** The token with a proof of the client, as it stands. */
const withToken = (token: string) => (): Sent => request(proofOf(token), { token })

const jwkText = JSON.stringify(clientJwk())

/** Members of `cnf` that are no thumbprint of the client's key. */
const thumbprints: readonly (readonly [what: string, jkt: unknown])[] = [
  ['of another key', thumbprint(otherJwk)],
  ['with padding', `${jkt}=`],
  ['in upper case', jkt.toUpperCase()],
  ['in hexadecimal', Buffer.from(jkt, 'base64url').toString('hex')],
  ['with its first half alone', jkt.slice(0, 22)],
  ['with a space', `${jkt} `],
  ['over the JWK as sent', createHash('sha256').update(jwkText).digest('base64url').replace(/^./, '-')],
  ['with SHA-1', createHash('sha1').update(jwkText).digest('base64url')],
  ['that is nothing', ''],
]

export const proofBindings: Family = family(
  'proofs: tokens of another key, or of none',
  { source: 'RFC 9449 §7.1, RFC 7800 §3.1', policy: proofs, code: 'SB_CONFIRMATION_MISMATCH', twin: good },
  [
    ...thumbprints.map(([what, value]) => ({
      what: `a thumbprint ${what}`,
      token: withToken(bindings({ jkt: value })),
    })),
    ...[null, 1, [jkt], { jkt }, true].map((value) => ({
      what: `jkt ${JSON.stringify(value).replace(jkt, '…')}`,
      code: 'SB_CONFIRMATION_REQUIRED' as const,
      token: withToken(bindings({ jkt: value })),
    })),
    ...[null, 0, '', jkt, [], [{ jkt }], {}, { JKT: jkt }, { 'jkt ': jkt }, { kid: jkt }].map((cnf) => ({
      what: `cnf ${JSON.stringify(cnf).replace(jkt, '…')}`,
      token: withToken(bindings(cnf)),
    })),
    ...['x5t#S256', 'jwk', 'kid', 'unknown'].map((name) => ({
      what: `bound to ${name} as well`,
      code: 'SB_CONFIRMATION_REQUIRED' as const,
      token: withToken(bindings({ jkt, [name]: 'x' })),
    })),
    { what: 'jkt as a claim of its own', token: withToken(signed({ ...goodClaims, jkt })) },
    {
      what: 'cnf in the header of the token',
      token: withToken(signed(goodClaims, { alg: 'HS256', typ: 'at+jwt', cnf: { jkt } })),
    },
    {
      what: 'cnf from __proto__',
      source: 'RFC 8725 §3.10',
      token: withToken(
        signed(JSON.stringify(goodClaims).replace('{', `{"__proto__":{"cnf":{"jkt":"${jkt}"}},`)),
      ),
    },
    { what: 'a token that is bound to nothing', token: withToken(signed()) },
    {
      what: 'a token that is bound to nothing, in another case of the scheme',
      token: () => request(proofOf(signed()), { token: signed(), scheme: 'dPoP' }),
      twin: () => request(proofOf(), { scheme: 'dPoP' }),
    },
    {
      what: 'a stolen token with a proof of the thief’s key',
      token: () => request(proofOf(accessToken, { alg: 'EdDSA' })),
      twin: () => {
        const token = boundTo(otherJwk)
        return request(proofOf(token, { alg: 'EdDSA' }), { token })
      },
    },
    {
      what: 'a stolen token with a proof for another token of the client',
      code: 'SB_PROOF_INVALID',
      token: () => request(proofOf(boundTo(clientJwk(), { jti: 'other' }))),
    },
    {
      what: 'the binding changed after signing',
      source: 'RFC 8725 §3.3',
      code: 'SB_INTEGRITY_FAILED',
      token: () => {
        const token = withJson(accessToken, 1, { cnf: { jkt: thumbprint(otherJwk) } })
        return request(proofOf(token, { alg: 'EdDSA' }), { token })
      },
    },
    {
      what: 'an expired token with a new proof',
      code: 'SB_TOKEN_EXPIRED',
      token: withToken(boundTo(clientJwk(), { exp: nowSeconds })),
      twin: withToken(boundTo(clientJwk(), { exp: nowSeconds + 1 })),
    },
    ...(['with', 'without'] as const).map((way) => ({
      what: `a bound token under Bearer, ${way} its proof`,
      source: 'RFC 9449 §7.2',
      code: 'SB_CONFIRMATION_REQUIRED' as const,
      token: () => {
        const sent = request(proofOf(), { scheme: 'Bearer' })
        return way === 'with' ? sent : { ...sent, rawHeaders: sent.rawHeaders.slice(0, 2) }
      },
      twin: () => request(proofOf(signed()), { scheme: 'Bearer', token: signed() }),
    })),
    {
      what: 'a bound token under Bearer where bindings are ignored, then under DPoP without its proof',
      source: 'RFC 9449 §7.2',
      policy: guarded({ confirmation: 'ignore' }),
      code: 'SB_PROOF_MISSING',
      token: () => ({ ...request(), rawHeaders: request().rawHeaders.slice(0, 2) }),
      twin: () => request(proofOf(), { scheme: 'Bearer' }),
    },
    {
      what: 'both schemes at once',
      source: 'RFC 9449 §7.2',
      code: 'SB_CREDENTIALS_REPEATED',
      token: () => request(proofOf(), { more: ['Authorization', `Bearer ${signed()}`] }),
    },
    {
      what: 'the scheme twice in front of the token',
      source: 'RFC 9449 §7.1',
      code: 'SB_CREDENTIALS_MALFORMED',
      token: () => request(proofOf(), { scheme: 'DPoP DPoP' }),
      twin: () => request(proofOf(), { scheme: 'DPOP' }),
    },
    {
      what: 'another secret’s token for the client’s key',
      source: 'RFC 8725 §3.3',
      code: 'SB_INTEGRITY_FAILED',
      token: () => {
        const token = `${accessToken.split('.').slice(0, 2).join('.')}.${Buffer.from(bytes(32, 5)).toString('base64url')}`
        return request(proofOf(token), { token })
      },
    },
  ],
)
