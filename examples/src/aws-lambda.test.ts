import { bearerHeaders, testRecipe } from './testing/recipe.js'

interface Result {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Recipe {
  handler(event: object): Promise<Result>
}

type Headers = Readonly<Record<string, string>>

const host = 'id.execute-api.eu-central-1.amazonaws.com'

/** Events as API Gateway makes them. */
const events: readonly { readonly title: string; readonly of: (headers: Headers) => object }[] = [
  {
    title: 'an HTTP API',
    of: (headers) => ({
      version: '2.0',
      routeKey: 'GET /orders',
      rawPath: '/orders',
      rawQueryString: '',
      headers: { host, 'x-forwarded-proto': 'https', ...headers },
      requestContext: {
        domainName: host,
        http: {
          method: 'GET',
          path: '/orders',
          protocol: 'HTTP/1.1',
          sourceIp: '192.0.2.1',
          userAgent: 'test',
        },
      },
      isBase64Encoded: false,
    }),
  },
  {
    title: 'a REST API',
    of: ({ authorization, ...others }) => {
      // Names as the client wrote them.
      const named = authorization === undefined ? {} : { Authorization: authorization }
      const headers = { Host: host, 'X-Forwarded-Proto': 'https', ...named, ...others }
      const values = Object.entries(headers).map(([name, value]) => [name, [value]])
      return {
        resource: '/orders',
        path: '/orders',
        httpMethod: 'GET',
        headers,
        multiValueHeaders: Object.fromEntries(values),
        queryStringParameters: null,
        multiValueQueryStringParameters: null,
        pathParameters: null,
        stageVariables: null,
        requestContext: { httpMethod: 'GET', path: '/prod/orders', stage: 'prod', protocol: 'HTTP/1.1' },
        body: null,
        isBase64Encoded: false,
      }
    },
  },
]

for (const { title, of } of events) {
  testRecipe<Recipe>('aws-lambda.ts', {
    title: `aws-lambda.ts behind ${title}`,
    start: ({ handler }) => ({
      async ask(token) {
        const { statusCode, headers, body } = await handler(of(bearerHeaders(token)))
        return new Response(body, { status: statusCode, headers })
      },
      close() {},
    }),
  })
}
