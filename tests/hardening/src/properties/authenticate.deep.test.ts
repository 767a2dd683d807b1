import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { errorTable, type Outcome } from '#core/index.js'
import { audience, goodClaims, issuer, nowSeconds } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { timeLimit, times } from './effort.js'
import { type Library, libraryOn } from './libraries.js'
import { mutations } from './mutations.js'

const now = (): Date => new Date(nowSeconds * 1000)

interface Desk {
  readonly token: string
  ask(request: Request): Promise<Outcome<unknown>>
}

interface Request {
  readonly method: string
  readonly target: string
  readonly secure: boolean
  readonly remoteAddress: string | undefined
  readonly headers: Readonly<Record<string, readonly string[]>>
}

async function open(library: Library): Promise<Desk> {
  const key = await library.importKey(bytes(32), { alg: 'HS256', kid: '1' })
  const base = { audience, typ: 'at+jwt', now } as const
  const authenticator = library.createAuthenticator({
    verifier: [
      library.createVerifier({ ...base, issuer, signature: { algorithms: ['HS256'], keys: key } }),
      library.createVerifier({
        ...base,
        issuer: 'https://b.example',
        signature: { algorithms: ['HS256'], keys: key },
      }),
    ],
    credentials: [library.bearer(), library.cookie('__Host-access')],
    realm: 'orders',
  })
  const token = await library.signJws(new TextEncoder().encode(JSON.stringify(goodClaims)), {
    algorithm: 'HS256',
    key,
    protectedHeader: { typ: 'at+jwt' },
  })
  return {
    token,
    ask: ({ headers, ...request }) =>
      authenticator.authenticate({ ...request, header: (name) => headers[name] ?? [] }),
  }
}

let desks: readonly Desk[]
beforeAll(async () => {
  desks = [await open(await libraryOn('node')), await open(await libraryOn('web'))]
})

/** Any bytes, as Node and the Fetch standard hand header values on: one character an byte. */
const byteText = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const noise = fc.oneof(
  byteText,
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', ' ', ',', ';', '=', '"'),
)

const scheme = fc.constantFrom(
  'Bearer ',
  'bearer ',
  'BEARER  ',
  'Bearer',
  'Bearer\t',
  'DPoP ',
  'Basic ',
  'Bearer Bearer ',
  '',
)
const separator = fc.constantFrom(';', '; ', ',', ' ;', ';;', '\0')
const name = fc.constantFrom(
  '__Host-access',
  '__host-access',
  '\u00a0__Host-access',
  '\u2003__Host-access',
  ' __Host-access',
  '__Host-access ',
  '"__Host-access"',
  'x',
  '',
  '__Host-access=',
)

/** A model of the headers of a request, once the token is known. */
const headersFor = (token: string) => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constant(token) },
    { weight: 2, arbitrary: mutations.map((mutation) => mutation(token, token)) },
    { weight: 1, arbitrary: noise },
  )
  const authorization = fc.oneof(
    fc.tuple(scheme, value).map((parts) => parts.join('')),
    noise,
  )
  const cookie = fc.oneof(
    fc
      .array(
        fc.tuple(name, value, separator).map(([key, content, end]) => `${key}=${content}${end}`),
        { maxLength: 4 },
      )
      .map((pairs) => pairs.join('')),
    noise,
  )
  return fc.record(
    {
      authorization: fc.array(authorization, { maxLength: 3 }),
      cookie: fc.array(cookie, { maxLength: 3 }),
      origin: fc.array(fc.oneof(noise, fc.constantFrom('https://app.example', 'null')), { maxLength: 2 }),
      host: fc.array(noise, { maxLength: 2 }),
      'sec-fetch-site': fc.array(fc.oneof(noise, fc.constantFrom('same-origin', 'none', 'cross-site')), {
        maxLength: 2,
      }),
      upgrade: fc.array(fc.constantFrom('websocket', 'h2c'), { maxLength: 1 }),
      'x-forwarded-for': fc.array(noise, { maxLength: 1 }),
    },
    { requiredKeys: [] },
  )
}

const requests = fc.record({
  method: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS') },
    { weight: 1, arbitrary: noise },
  ),
  target: fc.oneof(fc.constant('/'), noise),
  secure: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  remoteAddress: fc.constantFrom(undefined, '127.0.0.1', '::1', '203.0.113.9', ''),
})

const printable = /^[\x20-\x7e]*$/

test(
  'whatever is in the headers, the answer is one of the table, in printable text',
  async () => {
    let letIn = 0
    const [token = ''] = desks.map((desk) => desk.token)
    const property = fc.asyncProperty(requests, headersFor(token), async (request, headers) => {
      const outcomes = await Promise.all(desks.map((desk) => desk.ask({ ...request, headers })))
      for (const outcome of outcomes) {
        if (outcome.ok) {
          letIn++
          continue
        }
        const { status, error, headers: answer, body } = outcome
        expect(Object.keys(errorTable)).toContain(error.code)
        expect(errorTable[error.code].status).toBe(status)
        expect([400, 401, 403]).toContain(status)
        expect(answer['WWW-Authenticate']).toMatch(/^Bearer realm="orders"/)
        for (const line of [...Object.values(answer), JSON.stringify(body), error.message])
          expect(line).toMatch(printable)
      }
      const [node, web] = outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code))
      expect(node).toBe(web)
    })
    await fc.assert(property, { numRuns: times(3000) })
    expect(letIn).toBeGreaterThan(times(3000) / 100)
  },
  timeLimit,
)

test(
  'who is let in has sent a good token, safely',
  async () => {
    const [token = ''] = desks.map((desk) => desk.token)
    const property = fc.asyncProperty(requests, headersFor(token), async (request, headers) => {
      for (const desk of desks) {
        const outcome = await desk.ask({ ...request, headers })
        if (!outcome.ok) continue
        const sent = [...(headers.authorization ?? []), ...(headers.cookie ?? [])].join('\n')
        expect(sent).toContain(desk.token)
        expect((headers.authorization ?? []).length).toBeLessThan(2)
        const isSafe =
          request.secure || request.remoteAddress === '127.0.0.1' || request.remoteAddress === '::1'
        expect(isSafe).toBe(true)
      }
    })
    await fc.assert(property, { numRuns: times(2000) })
  },
  timeLimit,
)
