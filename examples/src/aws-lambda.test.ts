import { bearerHeaders, testRecipe } from './testing/recipe.js'

interface Result {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Recipe {
  handler(event: object): Promise<Result>
}

/** An event as API Gateway makes it. */
const eventWith = (headers: Readonly<Record<string, string>>): object => ({
  version: '2.0',
  routeKey: 'GET /orders',
  rawPath: '/orders',
  rawQueryString: '',
  headers: { host: 'id.execute-api.eu-central-1.amazonaws.com', 'x-forwarded-proto': 'https', ...headers },
  requestContext: {
    domainName: 'id.execute-api.eu-central-1.amazonaws.com',
    http: { method: 'GET', path: '/orders', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
  },
  isBase64Encoded: false,
})

testRecipe<Recipe>('aws-lambda.ts', {
  start: ({ handler }) => ({
    async ask(token) {
      const { statusCode, headers, body } = await handler(eventWith(bearerHeaders(token)))
      return new Response(body, { status: statusCode, headers })
    },
    close() {},
  }),
})
