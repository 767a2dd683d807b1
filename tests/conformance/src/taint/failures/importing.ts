import { createKeySet, deriveKey, importKey, importSecret } from '@sealbearer/core'
import { misspelt } from '../misspelt.js'
import type { Failure } from './material.js'

export const importing: Readonly<Record<string, Failure>> = {
  'PEM cut short': (m) => importKey(m.pem.replace(/.{20}\n-----END/, '\n-----END'), { alg: 'ES256' }),
  'PEM without its end': (m) => importKey(m.pem.slice(0, -20), { alg: 'ES256' }),
  'PEM with a letter changed': (m) => importKey(m.pem.replace('B', 'C'), { alg: 'ES256' }),
  'PEM of another label': (m) =>
    importKey(m.pem.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY'), { alg: 'ES256' }),
  'PEM of an odd label': (m) => importKey(m.pem.replaceAll('PRIVATE KEY', 'SECRET'), { alg: 'ES256' }),
  'PEM for another algorithm': (m) => importKey(m.pem, { alg: 'RS256' }),
  'PEM for another curve': (m) => importKey(m.pem, { alg: 'ES512' }),
  'PEM as bytes': (m) => importKey(Buffer.from(m.pem), { alg: 'ES256' }),
  'PEM as a secret': (m) => importSecret(m.pem, { alg: 'HS256', encoding: 'utf8' }),
  'PEM as an algorithm': (m) => importKey(m.pem, misspelt({ alg: m.pem })),
  'PEM in place of options': (m) => importKey(m.pem, misspelt(m.pem)),
  'a JWK without a member': ({ privateJwk: { x: _, ...jwk } }) => importKey(misspelt(jwk), { alg: 'ES256' }),
  'a JWK whose halves differ': (m) =>
    importKey(misspelt({ ...m.privateJwk, x: m.keys.partner.publicJwk.x, y: m.keys.partner.publicJwk.y }), {
      alg: 'ES256',
    }),
  'a JWK with half a secret': (m) =>
    importKey(misspelt({ ...m.privateJwk, d: String(m.privateJwk['d']).slice(0, 30) }), { alg: 'ES256' }),
  'a JWK for another algorithm': (m) => importKey(misspelt(m.privateJwk), { alg: 'HS256' }),
  'a JWK in JSON': (m) => importKey(JSON.stringify(m.privateJwk), { alg: 'ES256' }),
  'a JWK whose kty is its secret': (m) => importKey(misspelt({ kty: m.privateJwk['d'] }), { alg: 'ES256' }),
  'a JWK whose use is its secret': (m) =>
    importKey(misspelt({ ...m.privateJwk, use: m.privateJwk['d'] }), { alg: 'ES256' }),
  'a JWK whose key_ops are its secret': (m) =>
    importKey(misspelt({ ...m.privateJwk, key_ops: [m.privateJwk['d']] }), { alg: 'ES256' }),
  'a JWK in place of options': (m) => importKey(m.pem, misspelt({ alg: 'ES256', ...m.privateJwk })),
  'a secret too short': (m) => importKey(m.keys.hmac.bytes.subarray(1), { alg: 'HS256' }),
  'a secret too long': (m) =>
    importKey(Buffer.concat([m.keys.wrapping.bytes, Buffer.of(1)]), { alg: 'A256KW' }),
  'a text secret too short': (m) => importSecret(m.text.slice(0, 31), { alg: 'HS256', encoding: 'utf8' }),
  'a text secret that is no base64url': (m) =>
    importSecret(`${m.text}!`, { alg: 'HS256', encoding: 'base64url' }),
  'a text secret in place of its spelling': (m) =>
    importSecret(m.text, misspelt({ alg: 'HS256', encoding: m.text })),
  'a text secret as a key': (m) => importKey(m.text, { alg: 'HS256' }),
  'a secret too short to derive from': (m) => deriveKey(m.text.slice(0, 31), { alg: 'HS256', info: 'test' }),
  'a set with a broken JWK': (m) => createKeySet(misspelt({ keys: [{ ...m.privateJwk, x: 'AA' }] })),
  'a set of text': (m) => createKeySet(misspelt([m.pem])),
  'a set that is text': (m) => createKeySet(misspelt(m.pem)),
}
