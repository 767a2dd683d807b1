import type { Auth } from '@sealbearer/core'
import { Hono } from 'hono'
import { describe, expectTypeOf, test } from 'vitest'
import { authenticator, type OwnClaims } from '#adapter-tests'
import { type AuthVariables, getAuth, requireAuth } from './index.js'

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

  test('AuthVariables types handlers that are not chained to a guard', () => {
    const app = new Hono<{ Variables: AuthVariables<typeof authenticator> }>()
    app.use(requireAuth(authenticator))
    app.get('/', (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Auth<OwnClaims>>()
      return c.body(null)
    })
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
