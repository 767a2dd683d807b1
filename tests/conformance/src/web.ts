import { authenticateRequest } from '@sealbearer/core'
import type { Conformance } from './conformance.js'
import type { HeaderList } from './conformance-case.js'
import { joinedCookieGaps, joinedHeaderGaps } from './gaps.js'
import { describeAuth } from './grant.js'
import { requirements } from './requirements.js'
import { conformanceRoutes } from './routes.js'
import { codeHeader, type Target, type WireRequest, type WireResponse } from './target.js'

/** Writes a Web-standard `Request`. Its `Headers` join what repeats. */
function toWebRequest({ connection, method, target, headers, body }: WireRequest): Request {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? ''
  const joined = new Headers()
  for (const [name, value] of headers) joined.append(name, value)
  const url = `${connection === 'tls' ? 'https' : 'http'}://${host}${target}`
  return new Request(url, { method, headers: joined, ...(body !== undefined && { body }) })
}

/** A target that takes Web-standard requests without a socket. */
export const webTarget = (
  description: Omit<Target, 'gaps' | 'send'>,
  answer: (request: Request, wire: WireRequest) => Response | Promise<Response>,
): Target => ({
  ...description,
  gaps: [...joinedHeaderGaps, ...joinedCookieGaps],
  send: async (wire) => fromWebResponse(await answer(toWebRequest(wire), wire)),
})

async function fromWebResponse(response: Response): Promise<WireResponse> {
  const headers: HeaderList = [...response.headers]
  return { status: response.status, headers, body: await response.text() }
}

/** `authenticateRequest` itself, told about the connection what a runtime would know. */
export const authenticateRequestTarget = ({ policies }: Conformance): Target =>
  webTarget(
    { name: 'authenticateRequest', connections: ['loopback', 'proxied', 'tls'], tellsCode: true },
    async (request, { connection }) => {
      const { pathname } = new URL(request.url)
      const route = conformanceRoutes().find(({ path }) => path === pathname)
      if (route === undefined) return new Response(null, { status: 404 })
      const outcome = await authenticateRequest(
        policies[route.policy],
        request,
        requirements[route.requirement],
        {
          remoteAddress: '127.0.0.1',
          ...(connection === 'proxied' && {
            secure: request.headers.get('x-forwarded-proto') === 'https',
            host: request.headers.get('x-forwarded-host') ?? undefined,
          }),
        },
      )
      const body =
        request.method === 'HEAD'
          ? null
          : JSON.stringify(outcome.ok ? describeAuth(outcome.auth) : outcome.body)
      if (outcome.ok) return new Response(body)
      return new Response(body, {
        status: outcome.status,
        headers: { ...outcome.headers, [codeHeader]: outcome.error.code },
      })
    },
  )
