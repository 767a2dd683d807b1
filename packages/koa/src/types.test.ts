import { type Auth, createJwksEndpoint, type VerifiedClaims } from '@sealbearer/core'
import Koa from 'koa'
import { describe, expectTypeOf, test } from 'vitest'
import { authenticator, keys, type OwnClaims } from '#adapter-tests'
import { getAuth, type Requirement, requireAuth, serve } from './index.js'

describe('types', () => {
  test('ctx.state.auth has the claims of the schema', () => {
    new Koa().use(requireAuth(authenticator)).use((ctx) => {
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Auth<OwnClaims>>()
      expectTypeOf(getAuth(ctx, authenticator)).toEqualTypeOf<Auth<OwnClaims>>()
    })
  })

  test('a state of the app stays beside it', () => {
    new Koa<{ theme: string }>().use(requireAuth(authenticator)).use((ctx) => {
      expectTypeOf(ctx.state.theme).toBeString()
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Auth<OwnClaims>>()
    })
  })

  test('serving keys does not change types', () => {
    const served = new Koa<{ theme: string }>().use(serve(createJwksEndpoint(keys)))
    served.use((ctx) => {
      expectTypeOf(ctx.state.theme).toBeString()
      // @ts-expect-error no guard has been there
      expectTypeOf(ctx.state.auth).toBeUndefined()
    })
    served.use(requireAuth(authenticator)).use((ctx) => {
      expectTypeOf(ctx.state.theme).toBeString()
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Auth<OwnClaims>>()
    })
  })

  test('ctx.state.auth may be undefined where the requirement is optional', () => {
    new Koa().use(requireAuth(authenticator, { optional: true })).use((ctx) => {
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Auth<OwnClaims> | undefined>()
    })
    const optional: boolean = Math.random() > 0.5
    new Koa().use(requireAuth(authenticator, { optional })).use((ctx) => {
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Auth<OwnClaims> | undefined>()
    })
  })

  test('a requirement in a wrapper does not make auth possibly undefined', () => {
    const guard = (requirement?: Requirement<OwnClaims>) => requireAuth(authenticator, requirement)
    new Koa().use(guard()).use((ctx) => {
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Auth<OwnClaims>>()
    })
    // @ts-expect-error such a wrapper must not be given an optional one
    guard({ optional: true })
  })

  test('getAuth alone has open claims until an authenticator is registered', () => {
    new Koa().use((ctx) => {
      expectTypeOf(getAuth(ctx)).toEqualTypeOf<Auth<VerifiedClaims>>()
    })
  })

  test('a guard is a middleware of any state', () => {
    expectTypeOf(requireAuth(authenticator)).toExtend<Koa.Middleware>()
    expectTypeOf(requireAuth(authenticator)).toExtend<Koa.Middleware<{ theme: string }>>()
  })

  test('a requirement sees the claims of its authenticator', () => {
    requireAuth(authenticator, { where: ({ claims }) => claims.tenant === 1 })
    // @ts-expect-error the claims have no such member
    requireAuth(authenticator, { where: ({ claims }) => claims.other === 1 })
  })
})
