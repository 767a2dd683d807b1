// AWS Lambda behind an HTTP API of API Gateway (payload version 2.0), or a function URL. Deploy `handler`.
import {
  type Auth,
  authenticateRequest,
  createAuthenticator,
  createVerifier,
  discoverIssuer,
  type Requirement,
} from '@sealbearer/core'
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

type Result = APIGatewayProxyStructuredResultV2

/** Guards a handler. */
function withAuth(
  requirement: Requirement,
  handle: (event: APIGatewayProxyEventV2, auth: Auth) => Promise<Result>,
) {
  return async (event: APIGatewayProxyEventV2): Promise<Result> => {
    const { domainName, http } = event.requestContext
    const url = `https://${domainName}${event.rawPath}?${event.rawQueryString}`
    const headers = new Headers()
    for (const [name, value = ''] of Object.entries(event.headers)) headers.set(name, value)
    if (event.cookies) headers.set('cookie', event.cookies.join('; '))
    const outcome = await authenticateRequest(
      authenticator,
      { method: http.method, url, headers },
      requirement,
    )
    if (outcome.ok) return handle(event, outcome.auth)
    const { status, headers: fields } = outcome.error.getResponse()
    return { statusCode: status, headers: Object.fromEntries(fields), body: JSON.stringify(outcome.body) }
  }
}

export const handler = withAuth({ scope: 'orders:read' }, async (_event, auth) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ sub: auth.claims.sub }),
}))
