import { createAuthenticator, createVerifier, generateKey } from '@sealbearer/core'
import { requireAuth } from '@sealbearer/hono'
import { Hono } from 'hono'

const verifier = createVerifier({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  typ: 'at+jwt',
  requiredClaims: ['sub'],
  signature: { algorithms: ['ES256'], keys: await generateKey('ES256') },
})
new Hono().get('/', requireAuth(createAuthenticator({ verifier })), (c) => {
  // @ts-expect-error a string has no such method
  c.var.auth.claims.sub.toFixed()
  return c.text(c.var.auth.claims.sub.toUpperCase())
})
