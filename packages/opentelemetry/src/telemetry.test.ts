import { createServer } from 'node:http'
import { context, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import {
  createAuthenticator,
  createIssuer,
  createKeyRing,
  createMemoryStore,
  createRemoteKeySet,
  createVerifier,
  generateKey,
} from '@sealbearer/core'
import sealbearer from '@sealbearer/fastify'
import { createRevocations, createSessions } from '@sealbearer/sessions'
import Fastify from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startTelemetry, type TelemetryOptions } from './telemetry.js'

const party = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
const key = await generateKey('ES256')
const issuer = createIssuer({
  ...party,
  lifetime: '5m',
  maxLifetime: '5m',
  signature: { algorithm: 'ES256', keys: key },
})
const authenticator = createAuthenticator({
  verifier: createVerifier({ ...party, signature: { algorithms: ['ES256'], keys: key } }),
})

const spans = new InMemorySpanExporter()
const tracer: Tracer = new BasicTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(spans)],
}).getTracer('test')

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => context.disable())
beforeEach(() => spans.reset())

/** Starts telemetry for the test, with metrics of its own. */
function observe(options: TelemetryOptions = {}) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const telemetry = startTelemetry({ meterProvider, ...options })
  onTestFinished(() => {
    telemetry.stop()
    return meterProvider.shutdown()
  })
  /** The points of a metric: attributes and how many were recorded. */
  const pointsOf = async (name: string) => {
    await meterProvider.forceFlush()
    const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? []
    const metric = scopes.flatMap((scope) => scope.metrics).find(({ descriptor }) => descriptor.name === name)
    return (metric?.dataPoints ?? []).map(({ attributes, value }) => ({
      attributes,
      count: typeof value === 'number' ? value : Reflect.get(value, 'count'),
      sum: typeof value === 'number' ? value : Reflect.get(value, 'sum'),
    }))
  }
  return { telemetry, pointsOf }
}

/** A server whose every request has a span, as the instrumentation of HTTP makes it. */
async function serve() {
  const app = Fastify({
    serverFactory: (handle) =>
      createServer((request, response) =>
        tracer.startActiveSpan(`${request.method} ${request.url}`, (span) => {
          response.once('close', () => span.end())
          handle(request, response)
        }),
      ),
  })
  await app.register(sealbearer, { authenticator })
  app.get('/orders', { onRequest: app.requireAuth({ scope: 'orders:read' }) }, async () => [])
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  return async (token?: string): Promise<number> => {
    const headers = { connection: 'close', ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    const { status } = await fetch(`${address}/orders`, { headers })
    return status
  }
}

const spanAttributes = async (count: number) => {
  await expect.poll(() => spans.getFinishedSpans().length).toBe(count)
  return spans.getFinishedSpans().map(({ attributes }) => attributes)
}

describe('requests', () => {
  const decision = (members: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(members).map(([name, value]) => [`sealbearer.decision.${name}`, value]))
  const known = { scheme: 'Bearer', source: 'header', form: 'signed', issuer: party.issuer }

  test('leave their decision on their span, and in the histogram', async () => {
    const { pointsOf } = observe()
    const ask = await serve()
    const [reader, other] = await Promise.all(
      ['orders:read', 'profile'].map(async (scope) => (await issuer.issue({ sub: 'user_123', scope })).token),
    )
    expect([await ask(), await ask(other), await ask(reader), await ask(reader)]).toEqual([
      401, 403, 200, 200,
    ])
    const duration = expect.any(Number)
    expect(await spanAttributes(4)).toEqual([
      decision({ accepted: false, code: 'SB_CREDENTIALS_MISSING', duration }),
      decision({
        ...{ accepted: false, code: 'SB_SCOPE_INSUFFICIENT', parameter: 'orders:read' },
        ...{ ...known, remembered: false, duration },
      }),
      decision({ accepted: true, ...known, remembered: false, duration }),
      decision({ accepted: true, ...known, remembered: true, duration }),
    ])
    const points = await pointsOf('sealbearer.decision.duration')
    expect(points.map(({ attributes, count }) => ({ attributes, count }))).toEqual([
      {
        attributes: {
          ...decision({ accepted: false, code: 'SB_CREDENTIALS_MISSING' }),
          'error.type': 'SB_CREDENTIALS_MISSING',
        },
        count: 1,
      },
      {
        attributes: {
          ...decision({ accepted: false, code: 'SB_SCOPE_INSUFFICIENT', ...known, remembered: false }),
          'error.type': 'SB_SCOPE_INSUFFICIENT',
        },
        count: 1,
      },
      { attributes: decision({ accepted: true, ...known, remembered: false }), count: 1 },
      { attributes: decision({ accepted: true, ...known, remembered: true }), count: 1 },
    ])
    for (const { sum } of points) expect(sum).toBeLessThan(5)
  })

  test('leave nothing after stop()', async () => {
    const { telemetry, pointsOf } = observe()
    const ask = await serve()
    telemetry.stop()
    expect(await ask()).toBe(401)
    expect(await spanAttributes(1)).toEqual([{}])
    expect(await pointsOf('sealbearer.decision.duration')).toEqual([])
  })

  test('leave metrics alone with spans: false', async () => {
    const { pointsOf } = observe({ spans: false })
    const ask = await serve()
    expect(await ask()).toBe(401)
    expect(await spanAttributes(1)).toEqual([{}])
    expect(await pointsOf('sealbearer.decision.duration')).toMatchObject([{ count: 1 }])
  })
})

describe('other events', () => {
  const inSpan = (work: () => Promise<unknown>): Promise<unknown> =>
    tracer.startActiveSpan('work', async (span) => {
      await work().catch(() => undefined)
      span.end()
    })

  test('of issuing', async () => {
    const { pointsOf } = observe()
    await inSpan(() => issuer.issue({ sub: 'user_123' }))
    await inSpan(() => issuer.issue({ sub: 'user_123', password: 'hunter2' }))
    const common = { 'sealbearer.issue.form': 'signed', 'sealbearer.issue.issuer': party.issuer }
    expect(await spanAttributes(2)).toEqual([
      { ...common, 'sealbearer.issue.issued': true, 'sealbearer.issue.duration': expect.any(Number) },
      {
        ...common,
        'sealbearer.issue.issued': false,
        'sealbearer.issue.code': 'SB_CLAIM_FORBIDDEN',
        'sealbearer.issue.parameter': 'password',
        'sealbearer.issue.duration': expect.any(Number),
      },
    ])
    expect(await pointsOf('sealbearer.issue.duration')).toMatchObject([
      { attributes: { 'sealbearer.issue.issued': true }, count: 1 },
      { attributes: { 'error.type': 'SB_CLAIM_FORBIDDEN' }, count: 1 },
    ])
  })

  test('of loading and rotating keys', async () => {
    const { pointsOf } = observe()
    const url = 'https://auth.example.com/jwks'
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const keys = createRemoteKeySet(url, { fetch: () => Promise.reject(refused) })
    await inSpan(() => keys.refresh())
    const ring = await createKeyRing({ keys: ['ES256'], name: 'main' })
    const [active] = ring.status()
    await inSpan(() => ring.revoke(String(active?.kid)))
    expect(await spanAttributes(2)).toMatchObject([
      {
        'sealbearer.keys.type': 'load-failed',
        'sealbearer.keys.url': url,
        'sealbearer.keys.reason': 'network',
        'sealbearer.keys.code': 'ECONNREFUSED',
      },
      { 'sealbearer.keys.type': 'published', 'sealbearer.keys.ring': 'main' },
    ])
    const counts = (await pointsOf('sealbearer.keys.events')).map(({ attributes, count }) => [
      attributes['sealbearer.keys.type'],
      attributes['error.type'],
      count,
    ])
    expect(counts).toEqual([
      ['load-failed', 'network', 1],
      ['opened', undefined, 1],
      ['revoked', undefined, 1],
      ['rotated', undefined, 1],
      ['published', undefined, 1],
    ])
  })

  test('of sessions and revocations, without their identifiers', async () => {
    const { pointsOf } = observe()
    const store = createMemoryStore()
    const revocations = createRevocations({ store, maxTokenLifetime: '5m', onStoreLost: 'refuse' })
    onTestFinished(() => revocations.close())
    await revocations.ready()
    const sessions = createSessions({
      accessTokens: issuer,
      refreshTokens: { secret: 'a secret of this server, at least 32 bytes' },
      store,
      revocations,
    })
    await inSpan(async () => {
      const { session } = await sessions.start({ sub: 'user_123' })
      await sessions.end({ sid: session.id })
    })
    const [attributes = {}] = await spanAttributes(1)
    expect(attributes).toMatchObject({
      'sealbearer.session.type': 'ended',
      'sealbearer.session.by': 'server',
      'sealbearer.revocation.type': 'revoked',
      'sealbearer.revocation.claim': 'sid',
      'sealbearer.revocation.stored': true,
    })
    expect(Object.keys(attributes)).not.toContain('sealbearer.session.sid')
    const typesOf = async (kind: string) =>
      (await pointsOf(`sealbearer.${kind}.events`)).map(
        (point) => point.attributes[`sealbearer.${kind}.type`],
      )
    expect(await typesOf('session')).toEqual(['started', 'ended'])
    expect(await typesOf('revocation')).toEqual(['connected', 'revoked'])
  })
})

test.each([
  { title: 'an unknown option', options: { span: true }, says: /no option "span"/ },
  { title: 'an invalid provider', options: { meterProvider: {} }, says: /^meterProvider: / },
  { title: 'a switch that is text', options: { spans: 'no' }, says: /^spans: / },
])('refuses $title', ({ options, says }) => {
  // @ts-expect-error plain JavaScript can pass anything
  expect(() => startTelemetry(options)).toThrow(says)
})

test('uses the global provider, and works without an SDK', async () => {
  const telemetry = startTelemetry()
  const ask = await serve()
  expect(await ask()).toBe(401)
  telemetry.stop()
})
