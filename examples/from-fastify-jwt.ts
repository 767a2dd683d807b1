// From @fastify/jwt to tokens with an issuer and an audience; both are accepted during the change. Run it with `JWT_SECRET=… npx tsx from-fastify-jwt.ts`.
// npm install @sealbearer/core @sealbearer/fastify fastify
import {
  createAuthenticator,
  createIssuer,
  createVerifier,
  generateKey,
  importSecret,
} from '@sealbearer/core'
import { requireAuth } from '@sealbearer/fastify'
import fastify from 'fastify'

const { JWT_SECRET = '', PORT = '3000' } = process.env

// What `app.jwt.sign(payload)` made: HS256 under the shared secret, without `iss` and `aud`, often without `exp`.
// A secret of less than 32 bytes is refused, since one token is enough to guess it: its users have to log in again.
const oldTokens = createVerifier({
  issuer: null,
  audience: null,
  typ: 'JWT',
  requiredClaims: ['sub'],
  exp: 'optional',
  maxTokenAge: '30d', // delete this verifier and the secret once the last old token is as old
  signature: { algorithms: ['HS256'], keys: importSecret(JWT_SECRET, { alg: 'HS256', encoding: 'utf8' }) },
})

// In production a key that outlives the process: importKey, or createKeyRing.
const keys = await generateKey('ES256')
const parties = { issuer: 'https://api.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
const tokens = createIssuer({ ...parties, lifetime: '15m', signature: { algorithm: 'ES256', keys } })
const newTokens = createVerifier({
  ...parties,
  requiredClaims: ['sub'],
  signature: { algorithms: ['ES256'], keys },
})

// Both kinds may name the scopes that they grant.
const authenticator = createAuthenticator({ verifier: [newTokens, oldTokens] })

const app = fastify()

// Was: `onRequest: (request) => request.jwtVerify()`, and `request.user`.
app.get('/orders', { onRequest: requireAuth(authenticator, { scope: 'orders:read' }) }, async ({ auth }) => ({
  sub: auth.claims.sub,
}))

// Was: `app.jwt.sign({ sub, scope })`. An old token buys a new one without another login; a new one does not, or a thief
// could renew it forever.
const forOldTokens = requireAuth(authenticator, { where: ({ issuer }) => issuer === undefined })
app.post('/token', { onRequest: forOldTokens }, async ({ auth: { claims } }) => {
  const { token } = await tokens.issue({ sub: claims.sub, scope: claims['scope'] })
  return { token }
})

await app.listen({ port: Number(PORT) })
export const { server } = app
