import { decryptJwe, verifyJws } from '@sealbearer/core/jose'
import { acmeOnly } from '../../claims-schema.js'
import { misspelt } from '../misspelt.js'
import { type Failure, verifierWith } from './material.js'

export const verifying: Readonly<Record<string, Failure>> = {
  'a schema that quotes claims': (m) => verifierWith(m, { claims: acmeOnly }).verify(m.token),
  'a schema that throws claims': (m) =>
    verifierWith(m, {
      claims: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (claims: unknown) => {
            throw new Error(JSON.stringify(claims), { cause: claims })
          },
        },
      },
    }).verify(m.token),
  'a schema that rejects with claims': (m) =>
    verifierWith(m, {
      claims: { '~standard': { version: 1, vendor: 'test', validate: (c: unknown) => Promise.reject(c) } },
    }).verify(m.token),
  'a key set that quotes a key': (m) =>
    verifierWith(m, {
      signature: {
        algorithms: ['ES256'],
        keys: { generation: 0, select: () => Promise.reject(new Error(m.pem, { cause: m.privateJwk })) },
      },
    }).verify(m.token),
  'an issuer function that quotes the token': (m) =>
    verifierWith(m, {
      issuer: (iss: string) => {
        throw new Error(`${iss} ${m.token}`)
      },
    }).verify(m.token),
  'another algorithm': (m) => verifyJws(m.token, { algorithms: ['HS256'], keys: m.keys.hmac.key }),
  'another form': (m) => verifierWith(m).verify(m.encryption),
  'half a token': (m) => verifierWith(m).verify(m.token.slice(0, -20)),
  'a token with its scheme': (m) => verifierWith(m).verify(`Bearer ${m.token}`),
  'a token that is an object': (m) => verifierWith(m).verify(misspelt({ token: m.token })),
  'an encrypted token under another key': (m) =>
    decryptJwe(m.encryption, {
      keyManagement: ['A256KW'],
      contentEncryption: ['A128GCM'],
      keys: m.keys.wrapping.key,
    }),
  'an encrypted token with a changed key': (m) =>
    decryptJwe(
      m.encryption.replace(/\.(.)/, (_, first) => (first === 'A' ? '.B' : '.A')),
      {
        keyManagement: ['A256KW'],
        contentEncryption: ['A256GCM'],
        keys: m.keys.wrapping.key,
      },
    ),
}
