import {
  type Auth,
  createAuthenticator,
  createVerifier,
  generateKey,
  type VerifiedClaims,
} from '@sealbearer/core'
import express from 'express'
import { describe, expectTypeOf, test } from 'vitest'
import { getAuth, requireAuth } from './index.js'

interface OwnClaims {
  readonly sub: string
  readonly tenant: number
}

interface OwnSchema {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: 'test'
    readonly validate: (value: unknown) => { value: OwnClaims }
    readonly types?: { readonly input: unknown; readonly output: OwnClaims }
  }
}

const schema: OwnSchema = {
  // It is never asked: only its type counts.
  '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { sub: '', tenant: 0 } }) },
}

const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer: 'https://auth.example.com',
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['ES256'], keys: await generateKey('ES256') },
    claims: schema,
  }),
})

describe('types', () => {
  test('req.auth has open claims until an authenticator is registered', () => {
    express().get('/', requireAuth(authenticator), (req) => {
      expectTypeOf(req.auth).toEqualTypeOf<Auth<VerifiedClaims>>()
    })
  })

  test('getAuth has the claims of the schema', () => {
    express().get('/', requireAuth(authenticator), (req) => {
      expectTypeOf(getAuth(req, authenticator)).toEqualTypeOf<Auth<OwnClaims>>()
      expectTypeOf(getAuth(req, authenticator, { optional: true })).toEqualTypeOf<
        Auth<OwnClaims> | undefined
      >()
    })
  })

  test('a guard leaves the params of its route alone', () => {
    express().get('/orders/:id', requireAuth(authenticator), (req, res) => {
      expectTypeOf(req.params).toEqualTypeOf<{ id: string }>()
      res.json({ id: req.params.id })
    })
    express().use(requireAuth(authenticator)).use('/api', requireAuth(authenticator), express.Router())
  })

  test('a requirement sees the claims of its authenticator', () => {
    requireAuth(authenticator, { where: ({ claims }) => claims.tenant === 1 })
    // @ts-expect-error the claims have no such member
    requireAuth(authenticator, { where: ({ claims }) => claims.other === 1 })
  })
})
