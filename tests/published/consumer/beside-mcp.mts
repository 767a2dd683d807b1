// Compiled only: the SDK declares `req.auth` for every request, and this package for none.

import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js'
import { createAuthenticator, createVerifier, generateKey } from '@sealbearer/core'
import { getAuth, requireAuth } from '@sealbearer/express'
import express from 'express'

const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
const keys = await generateKey('ES256')
const authenticator = createAuthenticator({
  verifier: createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys } }),
})
const verifyAccessToken = async (token: string): Promise<AuthInfo> => ({ token, clientId: 'a', scopes: [] })

express()
  .get('/ours', requireAuth(authenticator), (req, res) => {
    res.json(getAuth(req, authenticator).claims.sub)
  })
  .get('/theirs', requireBearerAuth({ verifier: { verifyAccessToken } }), (req, res) => {
    res.json(req.auth?.clientId)
  })
