import {
  createJwksEndpoint,
  type JwksEndpointOptions,
  type Keys,
  nodeAuthRequest,
} from '@sealbearer/core/adapter'
import type Koa from 'koa'

/** How keys are served, and where. */
export interface JwksOptions extends JwksEndpointOptions {
  /**
   * The path to answer at, as `ctx.path` says it; requests for another go on to the next middleware.
   *
   * @default '/.well-known/jwks.json'
   */
  readonly path?: string | undefined
}

/**
 * Serves the public half of keys as a JWK Set, with `Cache-Control`, ETag and 304; see `createJwksEndpoint` of
 * `@sealbearer/core`. Before a guard it is open to all.
 *
 * @throws {TypeError} for keys of which nothing can be published, and for an option that is none.
 * @example
 * app.use(jwks(keys))
 */
export function jwks(keys: Keys, options: JwksOptions = {}): Koa.Middleware<object> {
  const { path = '/.well-known/jwks.json', ...served } = options
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new TypeError("path: must begin with a slash, such as '/.well-known/jwks.json'")
  }
  const endpoint = createJwksEndpoint(keys, served)
  return async (ctx, next) => {
    if (ctx.path !== path) return next()
    const { status, headers, body } = await endpoint(nodeAuthRequest(ctx.req, ctx.secure))
    // First, since it changes the status and the type; without the null, Koa would send a text of its own.
    ctx.body = body ?? null
    ctx.status = status
    ctx.set(headers)
  }
}
