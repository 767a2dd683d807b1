import type { Auth, VerifiedClaims } from '@sealbearer/core'
import { Hono } from 'hono'
import { describe, expectTypeOf, test } from 'vitest'
import { authenticator, type OwnClaims } from '#adapter-tests'
import { type AuthVariables, getAuth, type Requirement, requireAuth } from './index.js'

describe('types', () => {
  test('c.var.auth has the claims of the schema', () => {
    new Hono().get('/', requireAuth(authenticator), (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Auth<OwnClaims>>()
      expectTypeOf(getAuth(c, authenticator)).toEqualTypeOf<Auth<OwnClaims>>()
      return c.json(c.var.auth.claims)
    })
    new Hono().use(requireAuth(() => authenticator)).get('/', (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Auth<OwnClaims>>()
      return c.body(null)
    })
  })

  test('c.var.auth may be undefined where the requirement is optional', () => {
    new Hono().get('/', requireAuth(authenticator, { optional: true }), (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Auth<OwnClaims> | undefined>()
      return c.body(null)
    })
  })

  test('c.var.auth is not declared on a route without a guard', () => {
    new Hono().get('/', (c) => {
      expectTypeOf(c.var).not.toHaveProperty('auth')
      expectTypeOf(getAuth(c)).toEqualTypeOf<Auth<VerifiedClaims>>()
      return c.body(null)
    })
  })

  test('AuthVariables types handlers that are not chained to a guard', () => {
    const app = new Hono<{ Variables: AuthVariables<typeof authenticator> }>()
    app.use(requireAuth(authenticator))
    app.get('/', (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Auth<OwnClaims> | undefined>()
      return c.body(null)
    })
    app.get('/guarded', requireAuth(authenticator), (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Auth<OwnClaims>>()
      return c.body(null)
    })
  })

  test('a requirement in a wrapper does not make auth possibly undefined', () => {
    const guard = (requirement?: Requirement<OwnClaims>) => requireAuth(authenticator, requirement)
    new Hono().get('/', guard(), (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Auth<OwnClaims>>()
      return c.body(null)
    })
    // @ts-expect-error such a wrapper must not be given an optional one
    guard({ optional: true })
  })

  test('a guard leaves the params and bindings of its route alone', () => {
    new Hono<{ Bindings: { TENANT: string } }>().get('/orders/:id', requireAuth(authenticator), (c) => {
      expectTypeOf(c.req.param('id')).toBeString()
      expectTypeOf(c.env.TENANT).toBeString()
      return c.body(null)
    })
  })

  test('a requirement sees the claims of its authenticator', () => {
    requireAuth(authenticator, { where: ({ claims }) => claims.tenant === 1 })
    // @ts-expect-error the claims have no such member
    requireAuth(authenticator, { where: ({ claims }) => claims.other === 1 })
  })
})
