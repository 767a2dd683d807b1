import type { HeaderFields } from '@sealbearer/core/adapter'
import type Koa from 'koa'

/** Koa responds to an error with the headers of the error only: a renewed session would lose its cookies. */
export function keepInErrors(ctx: Koa.ParameterizedContext<object>, headers: HeaderFields): void {
  if (Object.keys(headers).length === 0) return
  const { onerror } = ctx
  ctx.onerror = (error) => {
    // Koa also calls it without an error, when a response has ended.
    if (!(error instanceof Error)) return onerror.call(ctx, error)
    const own = Object.getOwnPropertyDescriptor(error, 'headers')
    // Only while Koa reads them: an application can throw the same error for the request of another user.
    const value = { ...headers, ...Object(own?.value) }
    Reflect.defineProperty(error, 'headers', { value, configurable: true })
    try {
      onerror.call(ctx, error)
    } finally {
      if (own === undefined) Reflect.deleteProperty(error, 'headers')
      else Reflect.defineProperty(error, 'headers', own)
    }
  }
}
