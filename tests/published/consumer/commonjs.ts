// Compiled as CommonJS, by a compiler that reads no exports of packages, and run.
import { createAuthenticator, createVerifier, generateKey } from '@sealbearer/core'
import { requireAuth } from '@sealbearer/express'
import express from 'express'

export async function start(): Promise<void> {
  const keys = await generateKey('ES256')
  const verifier = createVerifier({
    issuer: 'https://auth.example.com',
    audience: 'a',
    typ: 'at+jwt',
    signature: { algorithms: ['ES256'], keys },
  })
  express().get('/', requireAuth(createAuthenticator({ verifier }), { scope: 'a' }))
}

start().then(() => console.log('started'))
