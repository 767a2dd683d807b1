import { createHmac } from 'node:crypto'
import { handSeal, segment, withSegment } from '#core-test-kit/hand-made.js'
import { bytes, pem } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import {
  accessToken,
  boundTo,
  changed,
  clientJwk,
  good,
  guarded,
  proofClaims,
  proofHeader,
  proofOf,
  proofs,
  request,
  unsignedProof,
} from './proof-requests.js'
import { derSignature, signed, signedWith } from './tokens.js'

const es256Alone = guarded({ algorithms: ['ES256'] })

/** Signed with what anybody knows of the client's key, taken for a secret. */
const withPublicSecret = (secret: string): string => {
  const input = `${segment({ ...proofHeader(), alg: 'HS256' })}.${segment(proofClaims())}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

const types = [
  'JWT',
  'at+jwt',
  'dpop',
  'jwt+dpop',
  'dpop+jwt;v=1',
  'text/dpop+jwt',
  '',
  undefined,
  null,
  1,
] as const
const algorithms = [
  'none',
  'NONE',
  'HS256',
  'RS256',
  'ES384',
  'ES256K',
  'EdDSA',
  'ECDH-ES',
  '',
  null,
] as const

const json = JSON.stringify(proofHeader())

export const proofHeaders: Family = family(
  'proofs: typ, alg and other header parameters',
  { source: 'RFC 9449 §4.3', policy: proofs, code: 'SB_PROOF_INVALID', twin: good },
  [
    ...types.map((typ) => ({ what: `typ ${JSON.stringify(typ)}`, token: changed({ header: { typ } }) })),
    ...algorithms.map((alg) => ({
      what: `alg ${JSON.stringify(alg)} over a signature with ES256`,
      token: changed({ header: { alg } }),
    })),
    {
      what: 'alg none, without a signature',
      token: () => request(unsignedProof({ alg: 'none' })),
    },
    {
      what: 'an algorithm that the policy does not have',
      policy: es256Alone,
      token: () => {
        const token = boundTo(clientJwk('EdDSA'))
        return request(proofOf(token, { alg: 'EdDSA' }), { token })
      },
    },
    ...(['SPKI', 'JWK', 'x'] as const).map((form) => ({
      what: `HS256 with the public key as the secret: ${form}`,
      token: () => {
        const jwk = clientJwk()
        const secrets = { SPKI: pem('ec-P-256.spki'), JWK: JSON.stringify(jwk), x: String(jwk['x']) }
        return request(withPublicSecret(secrets[form]))
      },
    })),
    {
      what: 'a critical extension',
      source: 'RFC 7515 §4.1.11',
      token: changed({ header: { crit: ['exp'], exp: 1 } }),
      twin: changed({ header: { exp: 1 } }),
    },
    { what: 'an empty crit', source: 'RFC 7515 §4.1.11', token: changed({ header: { crit: [] } }) },
    { what: 'an unencoded payload', source: 'RFC 7797 §3', token: changed({ header: { b64: false } }) },
    { what: 'a compressed payload', source: 'RFC 8725 §3.6', token: changed({ header: { zip: 'DEF' } }) },
    {
      what: 'alg twice, the good one last',
      source: 'RFC 7515 §4',
      token: changed({ headerText: `{"alg":"none",${json.slice(1)}` }),
      twin: changed({ headerText: `{"alg2":"none",${json.slice(1)}` }),
    },
    {
      what: 'jwk twice',
      source: 'RFC 7515 §4',
      token: changed({ headerText: `{"jwk":{},${json.slice(1)}` }),
      twin: changed({ headerText: `{"jwk2":{},${json.slice(1)}` }),
    },
    {
      what: 'a header that is a list',
      source: 'RFC 7515 §4',
      token: changed({ headerText: `[${json}]` }),
    },
    {
      what: 'jwk from __proto__',
      source: 'RFC 8725 §3.10',
      token: changed({ headerText: json.replace('"jwk"', '"__proto__"') }),
    },
    {
      what: 'a header above 16 KB',
      source: 'RFC 8725 §2.7',
      token: changed({ header: { padding: 'x'.repeat(16_384) } }),
      twin: changed({ header: { padding: 'x'.repeat(8_192) } }),
    },
    ...['jku', 'x5u'].map((name) => ({
      what: `${name} instead of jwk`,
      token: changed({ header: { jwk: undefined, [name]: 'https://evil.example/keys.json' } }),
      twin: changed({ header: { [name]: 'https://evil.example/keys.json' } }),
    })),
    {
      what: 'kid instead of jwk',
      token: changed({ header: { jwk: undefined, kid: 'client' } }),
      twin: changed({ header: { kid: 'client' } }),
    },
    {
      what: 'the access token as its own proof',
      token: () => request(accessToken),
    },
    {
      what: 'another token that the client’s key has signed',
      source: 'RFC 8725 §3.11',
      token: () => {
        const header = { ...proofHeader(), typ: 'JWT' }
        return request(signedWith('ES256', proofClaims(), header))
      },
    },
    {
      what: 'sealed to the server',
      token: () =>
        request(handSeal({ alg: 'dir', enc: 'A256GCM', cty: 'dpop+jwt' }, proofOf(), bytes(32, 100))),
    },
    { what: 'in JSON serialization', token: () => request(inJson(proofOf())) },
    ...['', 'AA', 'A'.repeat(86)].map((signature) => ({
      what: `a signature of ${signature.length} letters`,
      token: () => request(unsignedProof({}, signature)),
    })),
    {
      what: 'a signature in DER',
      source: 'RFC 7518 §3.4',
      token: () => {
        const input = `${segment(proofHeader())}.${segment(proofClaims())}`
        return request(`${input}.${segment(derSignature.ES256(input))}`)
      },
    },
    {
      what: 'the signature of another proof',
      token: () => request(withSegment(proofOf(), 2, () => proofOf().split('.')[2] ?? '')),
    },
    ...['=', ' ', '\t', '.', '.AAAA'].map((end) => ({
      what: `with ${JSON.stringify(end)} behind`,
      source: 'RFC 7515 §2',
      token: () => request(`${proofOf()}${end}`),
    })),
    { what: 'empty', token: () => request('') },
    {
      what: 'absent',
      code: 'SB_PROOF_MISSING',
      token: () => ({ ...request(), rawHeaders: request().rawHeaders.slice(0, 2) }),
    },
    {
      what: 'twice',
      code: 'SB_PROOF_REPEATED',
      token: () => request(proofOf(), { more: ['dpop', proofOf()] }),
      twin: () => request(proofOf(), { more: ['x-dpop', proofOf()] }),
    },
    { what: 'twice in one header', token: () => request(`${proofOf()}, ${proofOf()}`) },
    {
      what: 'a bad one beside a good one',
      code: 'SB_PROOF_REPEATED',
      token: () => request('x', { more: ['DPoP', proofOf()] }),
    },
    { what: 'signed by the issuer of tokens', token: () => request(signed(proofClaims(), proofHeader())) },
  ],
)

function inJson(proof: string): string {
  const [protected_, payload, signature] = proof.split('.')
  return JSON.stringify({ protected: protected_, payload, signature })
}
