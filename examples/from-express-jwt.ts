// From express-jwt with a shared secret to the tokens of a provider; both are accepted during the change. Run it with `JWT_SECRET=… npx tsx from-express-jwt.ts`.
// npm install @sealbearer/core @sealbearer/express express
import { createAuthenticator, createVerifier, discoverIssuer, importSecret } from '@sealbearer/core'
import { getAuth, requireAuth } from '@sealbearer/express'
import express from 'express'

const { ISSUER = 'https://auth.example.com', JWT_SECRET = '', PORT = '3000' } = process.env
const audience = 'https://api.example.com'

// Was: `expressjwt({ secret, algorithms: ['HS256'], issuer: 'https://api.example.com', audience })`.
// A secret of less than 32 bytes is refused, since one token is enough to guess it: its users have to log in again.
const oldTokens = createVerifier({
  issuer: 'https://api.example.com',
  audience,
  typ: ['JWT', null], // jsonwebtoken writes "JWT", others nothing
  maxTokenAge: '30d', // delete this verifier and the secret once the last old token has expired
  signature: { algorithms: ['HS256'], keys: importSecret(JWT_SECRET, { alg: 'HS256', encoding: 'utf8' }) },
})

const { issuer, keys } = discoverIssuer(ISSUER)
const newTokens = createVerifier({
  issuer,
  audience,
  typ: 'at+jwt',
  signature: { algorithms: ['RS256'], keys },
})
// Both kinds may name the scopes that they grant.
const authenticator = createAuthenticator({ verifier: [newTokens, oldTokens] })

const app = express()

// `credentialsRequired: false` is now `optional: true`; where an error handler wants UnauthorizedError, there is `onFailure: 'throw'`.
app.get('/orders', requireAuth(authenticator, { scope: 'orders:read' }), (req, res) => {
  res.json({ sub: getAuth(req, authenticator).claims.sub }) // was `req.auth.sub`
})

// What only new tokens may do.
app.delete('/orders/:id', requireAuth(authenticator, { scope: 'orders:write', issuer }), (_, res) => {
  res.sendStatus(204)
})

export const server = app.listen(Number(PORT))
