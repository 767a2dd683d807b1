import type { Auth } from '@sealbearer/core'
import { createJwksEndpoint } from '@sealbearer/core'
import Koa from 'koa'
import { describe, expectTypeOf, test } from 'vitest'
import { authenticator, keys, type OwnClaims } from '#adapter-tests'
import { getAuth, requireAuth, serve } from './index.js'

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

  test('serving keys changes no type', () => {
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

  test('a requirement sees the claims of its authenticator', () => {
    requireAuth(authenticator, { where: ({ claims }) => claims.tenant === 1 })
    // @ts-expect-error the claims have no such member
    requireAuth(authenticator, { where: ({ claims }) => claims.other === 1 })
  })
})
