import {
  type Endpoint,
  type LogOptions,
  logOptions,
  nodeEndpointRequest,
  writeHeaders,
} from '@sealbearer/core/adapter'
import type Koa from 'koa'

/** How an endpoint is served. */
export interface ServeOptions extends LogOptions {
  /** The path to serve it at, compared with `ctx.path`. @default the endpoint's own */
  readonly path?: string | undefined
}

/**
 * Serves an endpoint of sealbearer, such as that of `createJwksEndpoint`, at its path; other requests are passed to the next
 * middleware. Put it before guards to make it public.
 *
 * @throws {TypeError} if neither the endpoint nor the options have a path, and for an unknown or invalid option.
 * @example
 * app.use(serve(createJwksEndpoint(keys)))
 */
export function serve(endpoint: Endpoint, options: ServeOptions = {}): Koa.Middleware<object> {
  const log = logOptions(options, ['path'])
  const { path = endpoint.path } = options
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new TypeError("path: must begin with a slash, such as '/.well-known/jwks.json'")
  }
  return async (ctx, next) => {
    if (ctx.path !== path) return next()
    // Body parsers of Koa set this member.
    const parsed: unknown = Reflect.get(ctx.request, 'body')
    const facts = { target: ctx.originalUrl, host: () => ctx.host, body: parsed }
    const { status, headers, body, error } = await endpoint(
      nodeEndpointRequest(ctx.req, () => ctx.secure, facts),
    )
    log(error)
    // First, because it changes the status and the type. Without `null`, Koa would send a text of its own.
    ctx.body = body ?? null
    ctx.status = status
    writeHeaders(ctx.res, headers)
  }
}
