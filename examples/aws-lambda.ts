// AWS Lambda behind an HTTP API of API Gateway (payload version 2.0), or a function URL. Deploy `handler`.
// npm install @sealbearer/core
import { createAuthenticator, createRequestGuard, createVerifier, discoverIssuer } from '@sealbearer/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

// Outside of the handler: one container serves many requests, and keeps the keys of the issuer.
const { ISSUER = 'https://auth.example.com' } = process.env
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
})

const guard = createRequestGuard(authenticator, { scope: 'orders:read' })

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { rawPath, rawQueryString, requestContext } = event
  const { method } = requestContext.http
  const headers = { ...event.headers, cookie: event.cookies?.join('; ') }
  // API Gateway and function URLs accept HTTPS only.
  const outcome = await guard({ method, url: `${rawPath}?${rawQueryString}`, headers }, { secure: true })
  if (!outcome.ok) {
    const { status, headers } = outcome.error.getResponse()
    return { statusCode: status, headers: Object.fromEntries(headers), body: JSON.stringify(outcome.body) }
  }
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sub: outcome.auth.claims.sub }),
  }
}
