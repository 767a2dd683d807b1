import type { Auth, VerifiedClaims } from '@sealbearer/core'
import express from 'express'
import { describe, expectTypeOf, test } from 'vitest'
import { authenticator, type OwnClaims } from '#adapter-tests'
import { type AuthHandler, getAuth, type Requirement, requireAuth } from './index.js'

describe('types', () => {
  test('req.auth stays undeclared until an authenticator is registered', () => {
    express().get('/', requireAuth(authenticator), (req) => {
      expectTypeOf(req).not.toHaveProperty('auth')
      expectTypeOf(getAuth(req)).toEqualTypeOf<Auth<VerifiedClaims>>()
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

  test('a requirement in a wrapper does not make auth possibly undefined', () => {
    const guard = (requirement?: Requirement<OwnClaims>) => requireAuth(authenticator, requirement)
    expectTypeOf(guard).returns.toEqualTypeOf<AuthHandler<Auth<OwnClaims>>>()
    expectTypeOf(requireAuth(authenticator, { optional: true })).toEqualTypeOf<
      AuthHandler<Auth<OwnClaims> | undefined>
    >()
    // @ts-expect-error such a wrapper must not be given an optional one
    guard({ optional: true })
  })

  test('a requirement sees the claims of its authenticator', () => {
    requireAuth(authenticator, { where: ({ claims }) => claims.tenant === 1 })
    // @ts-expect-error the claims have no such member
    requireAuth(authenticator, { where: ({ claims }) => claims.other === 1 })
  })
})
