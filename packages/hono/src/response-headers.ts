import type { HeaderFields } from '@sealbearer/core/adapter'
import type { Context, Next } from 'hono'

/** Adds the headers to a `Response` of the handler or of an error, which replaces headers that were set before. */
export async function respondWith(headers: HeaderFields, c: Context, next: Next): Promise<void> {
  await next()
  // After a switch of protocols there are no more headers, and the response cannot be copied.
  if (!c.finalized || c.res.status < 200) return
  const { res } = c
  const isSent = (name: string, value: string): boolean =>
    name === 'Set-Cookie' ? res.headers.getSetCookie().includes(value) : res.headers.has(name)
  const missing = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => (isSent(name, value) ? [] : [[name, value] as const])),
  )
  if (missing.length === 0) return
  const response = new Response(res.body, res)
  // Browsers keep the last of two cookies of one name: that of the handler, which may be a login's.
  const own = res.headers.getSetCookie()
  response.headers.delete('Set-Cookie')
  for (const [name, value] of missing) response.headers.append(name, value)
  for (const cookie of own) response.headers.append('Set-Cookie', cookie)
  // Otherwise Hono merges the headers of both, and drops cookies.
  c.res = undefined
  c.res = response
}
