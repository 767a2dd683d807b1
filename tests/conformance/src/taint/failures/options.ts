import {
  createAuthenticator,
  createMemoryStore,
  dpop,
  fromHeader,
  serializeCookie,
  type Verifier,
} from '@sealbearer/core'
import { encryptJwe, signJws } from '@sealbearer/core/jose'
import { misspelt } from '../misspelt.js'
import { type Failure, issuerWith, secretClaims, verifierWith } from './material.js'

const dpopWith = (options: object) =>
  dpop({ origin: 'https://api.example.com', replay: createMemoryStore(), ...options })

export const options: Readonly<Record<string, Failure>> = {
  'PEM where an issuer takes keys': (m) => issuerWith(m, { signature: { algorithm: 'ES256', keys: m.pem } }),
  'a JWK where an issuer takes keys': (m) =>
    issuerWith(m, { signature: { algorithm: 'ES256', keys: m.privateJwk } }),
  'a JWK in place of signature': (m) => issuerWith(m, { signature: m.privateJwk }),
  'text where a verifier takes keys': (m) =>
    verifierWith(m, { signature: { algorithms: ['HS256'], keys: m.text } }),
  'a secret for an algorithm': (m) =>
    verifierWith(m, { signature: { algorithms: [m.text], keys: m.keys.signing.key } }),
  'a secret for the issuer': (m) => verifierWith(m, { issuer: { secret: m.text } }),
  'a secret for a duration': (m) => verifierWith(m, { maxTokenAge: m.text }),
  'a secret for a schema': (m) => verifierWith(m, { claims: m.text }),
  'a secret for a typ': (m) => verifierWith(m, { typ: { secret: m.text } }),
  'a key for a verifier': (m) => createAuthenticator({ verifier: misspelt<Verifier>(m.privateJwk) }),
  'a token for a requirement': (m) =>
    createAuthenticator({ verifier: verifierWith(m) }).authenticate(
      { method: 'GET', target: '/', header: () => [], secure: true },
      misspelt<undefined>(m.token),
    ),
  'a token for a scope': (m) =>
    createAuthenticator({ verifier: verifierWith(m) }).authenticate(
      { method: 'GET', target: '/', header: () => [], secure: true },
      { scope: misspelt({ token: m.token }) },
    ),
  'a key of another algorithm': (m) =>
    signJws(new TextEncoder().encode(secretClaims.email), { algorithm: 'RS256', key: m.keys.signing.key }),
  'a JWK in place of a key': (m) =>
    signJws(new TextEncoder().encode(secretClaims.email), {
      algorithm: 'ES256',
      key: misspelt(m.privateJwk),
    }),
  'text in place of plaintext': (m) =>
    encryptJwe(misspelt(m.text), {
      keyManagement: 'A256KW',
      contentEncryption: 'A256GCM',
      key: m.keys.wrapping.key,
    }),
  'a token too large for a cookie': (m) => serializeCookie('__Host-access', m.token.repeat(20)),
  'a token with a line break in a cookie': (m) => serializeCookie('__Host-access', `${m.token}\r\n`),
  'a token for the name of a cookie': (m) => serializeCookie(`${m.token} `, 'x'),
  'a token for the path of a cookie': (m) => serializeCookie('access', 'x', { path: `/;${m.token}` }),
  'a nonce secret too short': (m) => dpopWith({ nonce: { secret: m.text.slice(0, 31) } }),
  'a nonce secret in the wrong place': (m) => dpopWith({ nonce: m.text }),
  'a JWK for the secret of nonces': (m) => dpopWith({ nonce: { secret: m.privateJwk } }),
  'an origin with a secret in it': (m) => dpopWith({ origin: `https://user:${m.text}@api.example.com` }),
  'a secret for an algorithm of proofs': (m) => dpopWith({ algorithms: [m.text] }),
  'a secret for the age of proofs': (m) => dpopWith({ maxAge: m.text }),
  'a key for the replay check': (m) => dpopWith({ replay: m.privateJwk }),
  'a secret for the header with certificates': (m) => fromHeader(`${m.text} `, { trusted: () => true }),
}
