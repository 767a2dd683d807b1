// Compiled only: that package declares `req.auth` for every request, and this one for none.
import { createAuthenticator, createVerifier, generateKey } from '@sealbearer/core'
import { getAuth, requireAuth } from '@sealbearer/express'
import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'

const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
const keys = await generateKey('ES256')
const authenticator = createAuthenticator({
  verifier: createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys } }),
})
express()
  .get('/ours', requireAuth(authenticator), (req, res) => {
    res.json(getAuth(req, authenticator).claims.sub)
  })
  .get('/theirs', auth(), (req, res) => {
    res.json(req.auth?.payload.sub)
  })
