// Apart from types.mts because `@types/koa` itself fails a compiler that checks declarations.
import { requireAuth } from '@sealbearer/koa'
import Koa from 'koa'
import { authenticator } from './types.mjs'

new Koa().use(requireAuth(authenticator)).use((ctx) => {
  ctx.body = ctx.state.auth.claims.sub
})
