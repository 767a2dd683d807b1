import { describe, expect, test, vi } from 'vitest'
import { createSessionFetch } from './session-fetch.js'

const origin = 'https://app.example.com'

/** A server that refuses until the session is renewed. */
function server({ renew = 200 }: { readonly renew?: number } = {}) {
  const seen: string[] = []
  let isFresh = false
  const fetch: typeof globalThis.fetch = async (input, init) => {
    // Not by instanceof: servers for Node replace the global Request, in the same process.
    const request =
      typeof input === 'object' && 'method' in input ? input : new Request(new URL(input, origin), init)
    const body = await request.text()
    seen.push(`${request.method} ${new URL(request.url).pathname}${body && ` ${body}`}`)
    if (request.url.endsWith('/session/renew')) {
      isFresh = renew === 200
      return new Response(null, { status: renew })
    }
    return new Response(null, { status: isFresh ? 200 : 401 })
  }
  return { seen, sessionFetch: createSessionFetch({ fetch }) }
}

test('sends a refused request once more, with its body', async () => {
  const { seen, sessionFetch } = server()
  expect((await sessionFetch(`${origin}/orders`, { method: 'POST', body: 'one' })).status).toBe(200)
  expect(seen).toEqual(['POST /orders one', 'POST /session/renew', 'POST /orders one'])
})

test('renews once for all', async () => {
  const { seen, sessionFetch } = server()
  const answers = await Promise.all(Array.from({ length: 10 }, () => sessionFetch(`${origin}/orders`)))
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  expect(seen.filter((line) => line === 'POST /session/renew')).toHaveLength(1)
})

test.each([
  { renew: 400, status: 401 },
  { renew: 503, status: 503 },
])('answers with $status when the renewal is answered with $renew', async ({ renew, status }) => {
  const { seen, sessionFetch } = server({ renew })
  expect((await sessionFetch(`${origin}/orders`)).status).toBe(status)
  expect(seen).toEqual(['GET /orders', 'POST /session/renew'])
})

describe('in a page', () => {
  test.each([
    { title: 'renews for its own origin', url: `${origin}/orders`, status: 200 },
    { title: 'leaves others alone', url: 'https://api.example.org/orders', status: 401 },
  ])('$title', async ({ url, status }) => {
    vi.stubGlobal('location', new URL(origin))
    try {
      expect((await server().sessionFetch(url)).status).toBe(status)
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
