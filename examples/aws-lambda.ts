// AWS Lambda behind API Gateway (an HTTP API or a REST API), or a function URL. Deploy `handler`.
// npm install @sealbearer/core @types/aws-lambda
import { createAuthenticator, createRequestGuard, createVerifier, discoverIssuer } from '@sealbearer/core'
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, APIGatewayProxyResult } from 'aws-lambda'

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

type Event = APIGatewayProxyEvent | APIGatewayProxyEventV2

/** REST APIs send events of payload version 1.0, the others those of version 2.0. */
function requestOf(event: Event) {
  if ('httpMethod' in event) {
    return { method: event.httpMethod, url: event.path, headers: event.multiValueHeaders }
  }
  const headers = { ...event.headers, cookie: event.cookies?.join('; ') }
  return { method: event.requestContext.http.method, url: event.rawPath, headers }
}

export async function handler(event: Event): Promise<APIGatewayProxyResult> {
  // API Gateway and function URLs accept HTTPS only.
  const outcome = await guard(requestOf(event), { secure: true })
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
