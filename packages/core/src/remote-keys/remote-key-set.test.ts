import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answer,
  type KeyServer,
  type Misbehaviour,
  misbehaviours,
  startKeyServer,
} from '../../test-kit/key-server.js'
import { isSealbearerError } from '../errors.js'
import type { Verifier } from '../jwt/define-verifier.js'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from '../keys/generate.js'
import { publicJwks } from '../keys/jwk-set.js'
import type { Key } from '../keys/key.js'
import { createRemoteKeySet, type RemoteKeySet } from './remote-key-set.js'
import type { RemoteKeySetOptions } from './remote-key-set-options.js'
import type { RemoteKeySetEvent } from './schedule.js'

const issuerName = 'https://auth.example.com'
const audience = 'https://api.example.com'
const hour = 3_600

/** A clock that only tests move. Starts at 2030. */
class TestClock {
  seconds = 1_893_456_000
  readonly now = (): Date => new Date(this.seconds * 1000)
}

let first: Key
let second: Key
beforeAll(async () => {
  first = await generateKey('ES256', { kid: 'first' })
  second = await generateKey('ES256', { kid: 'second' })
})

const published = (...keys: Key[]): { keys: object[] } => publicJwks(keys)

/** What a server under test has: a provider, its keys and a verifier. */
async function setUp(options: RemoteKeySetOptions = {}) {
  const clock = new TestClock()
  const server = await startKeyServer(answer(published(first)))
  const events: RemoteKeySetEvent[] = []
  const keys = createRemoteKeySet(server.jwksUri, {
    now: clock.now,
    timeout: 3,
    onEvent: (event) => events.push(event),
    ...options,
  })
  const verifier = createVerifier({
    issuer: issuerName,
    audience,
    typ: 'at+jwt',
    signature: { algorithms: ['ES256'], keys },
    now: clock.now,
  })
  return { clock, server, events, keys, verifier }
}

/** A new token each time, so that no verification is remembered. */
const tokenBy = async (key: Key, clock: TestClock): Promise<string> => {
  const issuer = createIssuer({
    issuer: issuerName,
    audience,
    lifetime: '1h',
    typ: 'at+jwt',
    signature: { algorithm: 'ES256', keys: key },
    now: clock.now,
  })
  return (await issuer.issue({ sub: 'user_123' })).token
}

/** A token like the one given, with a key ID that nobody knows. */
const withRandomKid = (token: string): string => {
  const header = { alg: 'ES256', typ: 'at+jwt', kid: crypto.randomUUID() }
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...token.split('.').slice(1)].join('.')
}

async function codeOf(verified: Promise<unknown>): Promise<string> {
  try {
    await verified
    return 'accepted'
  } catch (error) {
    if (isSealbearerError(error)) return error.code
    throw error
  }
}

interface Row {
  readonly scenario: string
  readonly tokens: number
  accepted: number
  'refused (401)': number
  'refused (503)': number
  requests: number
  'longest wait, ms': number
}
const table: Row[] = []
afterAll(() => console.table(Object.fromEntries(table.map(({ scenario, ...row }) => [scenario, row]))))

/** Sends tokens through a verifier, all at once or one after another, and keeps the tally. */
async function tally(
  scenario: string,
  { verifier, server }: { verifier: Verifier; server: KeyServer },
  tokens: readonly string[],
  order: 'together' | 'in turn' = 'in turn',
): Promise<Row> {
  const row: Row = {
    scenario,
    tokens: tokens.length,
    accepted: 0,
    'refused (401)': 0,
    'refused (503)': 0,
    requests: -server.requests,
    'longest wait, ms': 0,
  }
  const verify = async (token: string): Promise<void> => {
    const began = performance.now()
    const code = await codeOf(verifier.verify(token))
    const waited = Math.round(performance.now() - began)
    row['longest wait, ms'] = Math.max(row['longest wait, ms'], waited)
    if (code === 'accepted') row.accepted++
    else if (code === 'SB_KEYS_UNAVAILABLE') row['refused (503)']++
    else row['refused (401)']++
  }
  if (order === 'together') await Promise.all(tokens.map(verify))
  else for (const token of tokens) await verify(token)
  row.requests += server.requests
  table.push(row)
  return row
}

/** Waits for loads that no request waits for, for more turns than any takes. */
async function settled(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 3_000) throw new Error('what nobody waits for does not come about')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

const repeat = (token: string, times: number): string[] => Array.from({ length: times }, () => token)

describe('loads', () => {
  test('once for 1,000 concurrent first requests', async () => {
    const { clock, server, verifier } = await setUp()
    await using _ = server
    const tokens = repeat(await tokenBy(first, clock), 1_000)
    const row = await tally('1,000 first requests at once', { verifier, server }, tokens, 'together')
    expect(row).toMatchObject({ accepted: 1_000, requests: 1 })
  })

  test('nothing before the first request', async () => {
    const { keys, server } = await setUp()
    await using _ = server
    expect(keys.status()).toEqual({
      url: server.jwksUri,
      condition: 'empty',
      kids: [],
      skipped: [],
      loadedAt: undefined,
      freshUntil: undefined,
      usableUntil: undefined,
      failures: 0,
      lastFailure: undefined,
      retryAt: undefined,
    })
    expect(server.requests).toBe(0)
  })

  test('and then selects without a promise', async () => {
    const { keys, server } = await setUp()
    await using _ = server
    const header = { alg: 'ES256', kid: 'first' }
    const loading = keys.select(header)
    expect(loading).toBeInstanceOf(Promise)
    await loading
    expect(keys.select(header)).toMatchObject([{ kid: 'first' }])
    expect(keys.publicJwks()).toEqual(published(first))
    expect(keys.kids()).toEqual(['first'])
  })

  test('in advance and in the background, so that no request waits', async () => {
    const { clock, keys, server } = await setUp()
    await using _ = server
    server.behave = answer(published(first), { 'cache-control': 'max-age=600' })
    await keys.refresh()
    const header = { alg: 'ES256', kid: 'first' }
    for (let minute = 1; minute <= 120; minute++) {
      clock.seconds += 60
      const requests = server.requests
      expect(keys.select(header)).not.toBeInstanceOf(Promise)
      expect(keys.use()).toBe(true)
      if (keys.status().condition === 'due') await settled(() => server.requests > requests)
      await settled(() => keys.status().condition === 'fresh')
    }
    table.push({
      scenario: 'two hours at ease, max-age=600',
      tokens: 120,
      accepted: 120,
      'refused (401)': 0,
      'refused (503)': 0,
      requests: server.requests,
      'longest wait, ms': 0,
    })
    expect(server.requests).toBeGreaterThan(10)
    expect(server.requests).toBeLessThan(20)
  })

  test('the use of a cached verification loads in advance too', async () => {
    const { clock, keys, server } = await setUp()
    await using _ = server
    server.behave = answer(published(first), { 'cache-control': 'max-age=600' })
    expect(keys.use()).toBe(false)
    await keys.refresh()
    clock.seconds += 599
    expect(keys.use()).toBe(true)
    await settled(() => keys.status().condition === 'fresh')
    expect(server.requests).toBe(2)
  })

  test('before it is used after a pause, as a key may have been removed', async () => {
    const { clock, keys, verifier, server } = await setUp()
    await using _ = server
    await keys.refresh()
    server.behave = answer(published(second))
    clock.seconds += 10 * hour
    expect(keys.use()).toBe(false)
    expect(await codeOf(verifier.verify(await tokenBy(first, clock)))).toBe('SB_KEY_NOT_FOUND')
    expect(await codeOf(verifier.verify(await tokenBy(second, clock)))).toBe('accepted')
  })

  test.each([
    { title: 'a second', cacheControl: 'max-age=1', expected: 60 },
    { title: 'a week', cacheControl: 'public, max-age=604800', expected: hour },
    { title: 'a quarter of an hour', cacheControl: 'max-age=900, must-revalidate', expected: 900 },
    { title: 'not at all', cacheControl: 'no-store', expected: 60 },
  ])('keys that are fresh for $title', async ({ cacheControl, expected }) => {
    const { clock, keys, server } = await setUp()
    await using _ = server
    server.behave = answer(published(first), { 'cache-control': cacheControl })
    await keys.refresh()
    expect(keys.status().freshUntil).toEqual(new Date((clock.seconds + expected) * 1000))
  })
})

describe('unknown key IDs', () => {
  test('1,000 random ones cost one load per cooldown', async () => {
    const { clock, keys, server, verifier } = await setUp({ cooldown: 30 })
    await using _ = server
    const token = await tokenBy(first, clock)
    await keys.refresh()
    const flood = Array.from({ length: 1_000 }, () => withRandomKid(token))
    for (const [index, order] of (['together', 'in turn'] as const).entries()) {
      const scenario = `1,000 random kids ${order}, cooldown ${index + 1}`
      const row = await tally(scenario, { verifier, server }, flood, order)
      expect(row).toMatchObject({ 'refused (401)': 1_000, requests: 1 })
      expect(await codeOf(verifier.verify(token))).toBe('accepted')
      clock.seconds += 30
    }
  })

  test('the first load of all counts as one', async () => {
    const { clock, server, verifier } = await setUp()
    await using _ = server
    const token = await tokenBy(first, clock)
    const flood = Array.from({ length: 1_000 }, () => withRandomKid(token))
    const row = await tally('1,000 random kids before any good one', { verifier, server }, flood)
    expect(row).toMatchObject({ 'refused (401)': 1_000, requests: 1 })
  })

  test('one seen too early is accepted once it is published', async () => {
    const { clock, keys, server, verifier } = await setUp({ cooldown: 30 })
    await using _ = server
    await keys.refresh()
    const early = await tokenBy(second, clock)
    expect(await codeOf(verifier.verify(early))).toBe('SB_KEY_NOT_FOUND')
    server.behave = answer(published(first, second))
    clock.seconds += 30
    expect(await codeOf(verifier.verify(early))).toBe('accepted')
  })

  test('one published just after a load is accepted at once', async () => {
    const { clock, keys, server, verifier } = await setUp()
    await using _ = server
    await keys.refresh()
    server.behave = answer(published(first, second))
    expect(await codeOf(verifier.verify(await tokenBy(second, clock)))).toBe('accepted')
  })

  test('one that is found counts towards the cooldown too', async () => {
    const { clock, keys, server, verifier } = await setUp({ cooldown: 30 })
    await using _ = server
    await keys.refresh()
    server.behave = answer(published(second))
    expect(await codeOf(verifier.verify(await tokenBy(second, clock)))).toBe('accepted')
    expect(await codeOf(verifier.verify(await tokenBy(first, clock)))).toBe('SB_KEY_NOT_FOUND')
    expect(server.requests).toBe(2)
  })

  test('one that is requested during a load causes another load, despite the cooldown', async () => {
    const { keys, server } = await setUp({ cooldown: 30 })
    await using _ = server
    await keys.refresh()
    expect(await keys.select({ alg: 'ES256', kid: 'unknown' })).toEqual([])
    expect(keys.select({ alg: 'ES256', kid: 'second' }), 'in the cooldown').toEqual([])
    server.behave = answer(published(first, second))
    const asked = keys.refresh()
    await undefined
    expect(await keys.select({ alg: 'ES256', kid: 'second' })).toMatchObject([{ kid: 'second' }])
    await asked
    expect(server.requests).toBe(3)
  })

  test('in the cooldown, while the provider fails: 503', async () => {
    const { clock, keys, server } = await setUp({ cooldown: 30 })
    await using _ = server
    await keys.refresh()
    server.behave = misbehaviours.down
    const header = { alg: 'ES256', kid: 'second' }
    await expect(keys.select(header)).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE', status: 503 })
    expect(() => keys.select(header)).toThrow(
      expect.objectContaining({ code: 'SB_KEYS_UNAVAILABLE', status: 503 }),
    )
    server.behave = answer(published(first))
    clock.seconds += 30
    expect(await keys.select(header)).toEqual([])
  })

  test('while the provider fails, they are a 503', async () => {
    const { clock, keys, server, verifier } = await setUp()
    await using _ = server
    await keys.refresh()
    server.behave = misbehaviours.down
    const token = await tokenBy(first, clock)
    const flood = Array.from({ length: 1_000 }, () => withRandomKid(token))
    const row = await tally('1,000 random kids, provider down', { verifier, server }, flood, 'together')
    expect(row).toMatchObject({ 'refused (503)': 1_000, requests: 1 })
    expect(keys.status().kids).toEqual(['first'])
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })
})

describe('a provider that fails', () => {
  const elsewhere = { requests: 0 }
  // Good loads have to be done in it too, however busy the machine is.
  const patience = 1
  const timeoutFor = (reason: string): RemoteKeySetOptions =>
    reason === 'timeout' ? { timeout: patience } : {}
  const cases: { title: Misbehaviour | 'redirect'; reason: string }[] = [
    { title: 'down', reason: 'network' },
    { title: 'silent', reason: 'timeout' },
    { title: 'dripping', reason: 'timeout' },
    { title: 'status 500', reason: 'status' },
    { title: 'status 404', reason: 'status' },
    { title: 'half a body', reason: 'network' },
    { title: 'half a document', reason: 'malformed' },
    { title: 'ten megabytes', reason: 'too-large' },
    { title: 'no JWK Set', reason: 'malformed' },
    { title: 'no keys', reason: 'no-usable-key' },
    { title: 'redirect', reason: 'redirect' },
  ]

  test.each(cases)('$title: keeps the good keys', async ({ title, reason }) => {
    const { clock, events, keys, server, verifier } = await setUp(timeoutFor(reason))
    await using _ = server
    await using other = await startKeyServer(answer(published(second)))
    await keys.refresh()
    server.behave =
      title === 'redirect'
        ? (_request, response) => response.writeHead(302, { location: other.jwksUri }).end()
        : misbehaviours[title]
    server.requests = 0
    clock.seconds += hour
    const row = await tally(title, { verifier, server }, repeat(await tokenBy(first, clock), 50))
    // The first request after the pause waits, until the provider is known to fail.
    expect(row).toMatchObject({ accepted: 50, requests: 1 })
    // Not for what all retries take.
    expect(row['longest wait, ms']).toBeLessThan(10_000)
    expect(events.at(-1)).toMatchObject({ type: 'load-failed', reason, failures: 1 })
    expect(keys.status()).toMatchObject({ condition: 'stale', kids: ['first'], lastFailure: { reason } })
    expect(await codeOf(verifier.verify(await tokenBy(first, clock)))).toBe('accepted')
    expect(await codeOf(verifier.verify(await tokenBy(second, clock)))).toBe('SB_KEYS_UNAVAILABLE')
    elsewhere.requests += other.requests
    server.behave = answer(published(first))
    clock.seconds += 60
    await keys.refresh()
    expect(keys.status()).toMatchObject({ condition: 'fresh', failures: 0 })
  })

  test('no redirect was followed', () => {
    expect(elsewhere.requests).toBe(0)
  })

  test.each(cases)('$title from the start: 503, never 401', async ({ title, reason }) => {
    const { clock, keys, server, verifier } = await setUp(timeoutFor(reason))
    await using _ = server
    const token = await tokenBy(first, clock)
    server.behave =
      title === 'redirect'
        ? (_request, response) => response.writeHead(307, { location: '/moved' }).end()
        : misbehaviours[title]
    const flood = repeat(token, 100)
    const row = await tally(`${title}, at a cold start`, { verifier, server }, flood, 'together')
    expect(row).toMatchObject({ 'refused (503)': 100 })
    expect(row.requests).toBeLessThanOrEqual(3)
    expect(keys.status()).toMatchObject({ condition: 'empty', lastFailure: { reason } })
    const { requests } = server
    expect(await codeOf(verifier.verify(token))).toBe('SB_KEYS_UNAVAILABLE')
    expect(server.requests, 'asked in the pause').toBe(requests)
    server.behave = answer(published(first))
    clock.seconds += 1
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  test('for a moment at a cold start: no request is refused', async () => {
    const { clock, server, verifier } = await setUp({ timeout: 5 })
    await using _ = server
    server.behave = (request, response) => {
      server.behave = answer(published(first))
      misbehaviours.down(request, response)
    }
    const tokens = repeat(await tokenBy(first, clock), 10)
    const row = await tally('down for a moment at a cold start', { verifier, server }, tokens, 'together')
    expect(row).toMatchObject({ accepted: 10, requests: 2 })
  })

  test('for an hour: no valid token is refused, and none waits', async () => {
    const { clock, keys, server, verifier } = await setUp()
    await using _ = server
    await keys.refresh()
    server.behave = misbehaviours.down
    server.requests = 0
    const waits: number[] = []
    for (let second = 0; second < hour; second += 10) {
      clock.seconds += 10
      const token = await tokenBy(first, clock)
      const { failures, condition } = keys.status()
      const began = performance.now()
      await expect(verifier.verify(token), `${condition} after ${failures} failures`).resolves.toBeDefined()
      waits.push(performance.now() - began)
      // Gives the load that no request waits for the time to fail.
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    table.push({
      scenario: 'down for an hour',
      tokens: waits.length,
      accepted: waits.length,
      'refused (401)': 0,
      'refused (503)': 0,
      requests: server.requests,
      'longest wait, ms': Math.round(Math.max(...waits)),
    })
    expect(server.requests).toBeGreaterThan(20)
    expect(server.requests, 'pauses grow').toBeLessThan(100)
  })

  test('for longer than maxStale: 503 from then on, also for cached tokens', async () => {
    const { clock, keys, server, verifier } = await setUp({ maxStale: '2h' })
    await using _ = server
    await keys.refresh()
    server.behave = misbehaviours.down
    clock.seconds += 2 * hour - 1
    expect(await codeOf(verifier.verify(await tokenBy(first, clock)))).toBe('accepted')
    expect(keys.use()).toBe(true)
    clock.seconds += 1
    expect(keys.use()).toBe(false)
    expect(await codeOf(verifier.verify(await tokenBy(first, clock)))).toBe('SB_KEYS_UNAVAILABLE')
    expect(keys.status().condition).toBe('expired')
    server.behave = answer(published(first))
    clock.seconds += 60
    expect(await codeOf(verifier.verify(await tokenBy(first, clock)))).toBe('accepted')
  })

  test('is not requested during the pause, in which no request waits or is refused', async () => {
    const { clock, events, keys, server } = await setUp()
    await using _ = server
    const header = { alg: 'ES256', kid: 'first' }
    await keys.refresh()
    server.behave = misbehaviours.down
    clock.seconds += hour
    expect(await keys.select(header), 'after a pause one waits').toMatchObject([{ kid: 'first' }])
    const { retryAt } = keys.status()
    expect(events.at(-1)).toEqual({
      type: 'load-failed',
      url: server.jwksUri,
      failures: 1,
      retryAt,
      reason: 'network',
      status: undefined,
      code: 'UND_ERR_SOCKET',
      detail: undefined,
      skipped: undefined,
    })
    const pause = Number(retryAt) / 1000 - clock.seconds
    expect(pause).toBeGreaterThanOrEqual(0.5)
    expect(pause).toBeLessThanOrEqual(1)
    const { requests } = server
    for (const second of [0, 0.4]) {
      clock.seconds += second
      expect(keys.select(header), 'in the pause').toMatchObject([{ kid: 'first' }])
      expect(keys.use()).toBe(true)
    }
    expect(server.requests).toBe(requests)
    clock.seconds += 1
    expect(keys.select(header), 'behind the request').toMatchObject([{ kid: 'first' }])
    await settled(() => keys.status().failures === 2)
    expect(server.requests).toBe(requests + 1)
  })

  test('in its pause at a cold start: 503 immediately, unless a load is in progress', async () => {
    const { keys, server } = await setUp()
    await using _ = server
    const header = { alg: 'ES256', kid: 'first' }
    server.behave = misbehaviours['status 404']
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE', status: 503 })
    expect(() => keys.select(header)).toThrow(expect.objectContaining({ code: 'SB_KEYS_UNAVAILABLE' }))
    server.behave = answer(published(first))
    const asked = keys.refresh()
    await undefined
    const waiting = keys.select(header)
    expect(waiting).toBeInstanceOf(Promise)
    expect(await waiting).toMatchObject([{ kid: 'first' }])
    await asked
    expect(server.requests).toBe(2)
  })

  test('rejects refresh', async () => {
    const { keys, server } = await setUp()
    await using _ = server
    await keys.refresh()
    server.behave = misbehaviours.down
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    expect(keys.kids()).toEqual(['first'])
  })

  test('a fetch of the application that never settles is not waited for', async () => {
    const keys = createRemoteKeySet('https://auth.example.com/jwks', {
      fetch: () => new Promise(() => {}),
      timeout: 0.05,
    })
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    expect(keys.status().lastFailure?.reason).toBe('timeout')
  })
})

describe('what is published', () => {
  test.each([undefined, 'text/plain', 'text/html', 'application/byte-stream', 'binary/byte-stream'])(
    'is a JWK Set whatever its media type: %s',
    async (type) => {
      const { server, keys } = await setUp()
      await using _ = server
      server.behave = (_request, response) => {
        response.writeHead(200, type === undefined ? {} : { 'content-type': type })
        response.end(JSON.stringify(published(first)))
      }
      await keys.refresh()
      expect(keys.kids()).toEqual(['first'])
    },
  )

  /** @see issue 10, B.11: each fault has another remedy, and clients learn none of them. */
  test.each<{ title: string; behave?: KeyServer['behave']; url?: string; says: RegExp }>([
    {
      title: 'a closed port',
      url: 'http://127.0.0.1:9/jwks',
      says: /^network (?:ECONNREFUSED|EPERM)$|^network$/,
    },
    {
      title: 'a page of a login',
      behave: (_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>'),
      says: /^malformed text\/html$/,
    },
    {
      title: 'a media type that could quote more',
      behave: (_, response) => response.setHeader('content-type', `text/${'x'.repeat(31)}`).end('<html>'),
      says: /^malformed$/,
    },
    { title: 'a page', behave: (_, response) => response.end('<html>'), says: /^malformed$/ },
    { title: 'a document of another kind', behave: answer({}), says: /^malformed not a JWK Set$/ },
    { title: 'a status', behave: misbehaviours['status 404'], says: /^status 404$/ },
    { title: 'a redirect', behave: (_, response) => response.writeHead(301).end(), says: /^redirect$/ },
    { title: 'no keys', behave: answer({ keys: [] }), says: /^no-usable-key the set is empty$/ },
    {
      title: 'a weak key',
      behave: answer({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] }),
      says: /^no-usable-key keys\[0\] key: an RSA modulus must have 2048 to 8192 bits, not 17/,
    },
  ])('the reason is reported to operators: $title', async ({ behave, url, says }) => {
    await using server = await startKeyServer(behave ?? misbehaviours.down)
    const keys = createRemoteKeySet(url ?? server.jwksUri, { timeout: 3 })
    await expect(keys.refresh()).rejects.toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
      parameter: expect.stringMatching(says),
    })
    // In the pause after it, too.
    expect(() => keys.select({ alg: 'ES256', kid: 'x' })).toThrow(
      expect.objectContaining({ parameter: expect.stringMatching(says) }),
    )
  })

  /** @see issue 10, A.10 */
  test('is read up to a hundred keys, without blocking the event loop', async () => {
    const { server, keys } = await setUp()
    await using _ = server
    const [jwk] = published(first).keys
    server.behave = answer({
      keys: Array.from({ length: 1_500 }, (_unused, i) => ({ ...jwk, kid: String(i) })),
    })
    let turns = 0
    let isLoading = true
    const count = (): void => {
      turns++
      if (isLoading) setImmediate(count)
    }
    setImmediate(count)
    await keys.refresh()
    isLoading = false
    expect(keys.kids()).toHaveLength(100)
    expect(keys.status().skipped).toEqual([{ index: 100, kid: '100', reason: 'too-many' }])
    // Importing alone gives way every four keys.
    expect(turns).toBeGreaterThan(25)
  })

  /** @see issue 10, A.10: whoever publishes a key decides what each token under it costs. */
  test.each([
    { title: 'a modulus of 8,192 bits', n: 1_024, e: 'AQAB', isTaken: true },
    { title: 'a modulus of 8,200 bits', n: 1_025, e: 'AQAB', isTaken: false },
    { title: 'a modulus of 16,384 bits', n: 2_048, e: 'AQAB', isTaken: false },
    {
      title: 'an exponent of 32 bits',
      n: 256,
      e: Buffer.from('ffffffff', 'hex').toString('base64url'),
      isTaken: true,
    },
    {
      title: 'an exponent of 33 bits',
      n: 256,
      e: Buffer.from('0100000001', 'hex').toString('base64url'),
      isTaken: false,
    },
    {
      title: 'an exponent of 256 bits',
      n: 256,
      e: Buffer.alloc(32, 255).toString('base64url'),
      isTaken: false,
    },
  ])('RSA keys are accepted up to sizes that cost little: $title', async ({ n, e, isTaken }) => {
    const { server, keys } = await setUp()
    await using _ = server
    const large = { kty: 'RSA', n: Buffer.alloc(n, 255).toString('base64url'), e, kid: 'large' }
    server.behave = answer({ keys: [large, ...published(first).keys] })
    await keys.refresh()
    expect(keys.kids().includes('large')).toBe(isTaken)
  })

  test('invalid keys are skipped and reported, the others work', async () => {
    const { clock, events, server, keys, verifier } = await setUp()
    await using _ = server
    const [good] = published(first).keys
    const privateJwk = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA', kid: 'private' }
    server.behave = answer({
      keys: [
        null,
        'key',
        { kty: 'EC', crv: 'P-256', x: 'short', y: 'short', alg: 'ES256', kid: 'broken' },
        { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'secret' },
        privateJwk,
        { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA', alg: 'ES256K', kid: 'foreign' },
        good,
        good,
      ],
    })
    expect(await codeOf(verifier.verify(await tokenBy(first, clock)))).toBe('accepted')
    const skipped = [
      { index: 0, kid: undefined, reason: 'invalid', detail: 'key: not a JWK' },
      { index: 1, kid: undefined, reason: 'invalid', detail: 'key: not a JWK' },
      {
        index: 2,
        kid: 'broken',
        reason: 'invalid',
        detail: expect.stringMatching(/^key: "x" of the JWK must be/),
      },
      { index: 3, kid: 'secret', reason: 'not-public' },
      { index: 4, kid: 'private', reason: 'not-public' },
      { index: 5, kid: 'foreign', reason: 'unsupported' },
      { index: 7, kid: 'first', reason: 'repeated' },
    ]
    expect(keys.status().skipped).toEqual(skipped)
    expect(events).toMatchObject([{ type: 'loaded', keys: 1, skipped, removed: false, restored: false }])
  })

  test('a removed key is refused after the next load, also for cached tokens', async () => {
    const { clock, events, keys, server, verifier } = await setUp()
    await using _ = server
    server.behave = answer(published(first, second))
    const token = await tokenBy(first, clock)
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    const { generation } = keys
    await keys.refresh()
    expect(keys.generation, 'nothing went').toBe(generation)
    server.behave = answer(published(second))
    await keys.refresh()
    expect(keys.generation).toBeGreaterThan(generation)
    expect(events.at(-1)).toMatchObject({ type: 'loaded', removed: true })
    expect(await codeOf(verifier.verify(token))).toBe('SB_KEY_NOT_FOUND')
  })

  test('keys of two issuers with the same kid and alg never cross', async () => {
    const [mine, theirs] = await Promise.all([
      generateKey('ES256', { kid: 'same' }),
      generateKey('ES256', { kid: 'same' }),
    ])
    const one = await setUp()
    const two = await setUp()
    await using _ = one.server
    await using __ = two.server
    one.server.behave = answer(published(mine))
    two.server.behave = answer(published(theirs))
    expect(await codeOf(one.verifier.verify(await tokenBy(mine, one.clock)))).toBe('accepted')
    expect(await codeOf(two.verifier.verify(await tokenBy(theirs, two.clock)))).toBe('accepted')
    expect(await codeOf(one.verifier.verify(await tokenBy(theirs, one.clock)))).toBe('SB_INTEGRITY_FAILED')
    expect(await codeOf(two.verifier.verify(await tokenBy(mine, two.clock)))).toBe('SB_INTEGRITY_FAILED')
  })
})

describe('runtimes that tie I/O to a request', () => {
  const header = { alg: 'ES256', kid: 'first' }
  const setUpApart = (options: RemoteKeySetOptions = {}) => setUp({ shareLoads: false, ...options })

  test('at a cold start every request loads for itself', async () => {
    const { keys, server } = await setUpApart()
    await using _ = server
    const promises = Array.from({ length: 5 }, () => keys.select(header))
    expect(new Set(promises).size).toBe(5)
    for (const found of await Promise.all(promises)) expect(found).toMatchObject([{ kid: 'first' }])
    expect(server.requests).toBe(5)
  })

  test('later, one loads and the others use the last keys', async () => {
    const { clock, keys, server } = await setUpApart()
    await using _ = server
    await keys.refresh()
    clock.seconds += 599
    const [loading, ...others] = Array.from({ length: 5 }, () => keys.select(header))
    expect(loading).toBeInstanceOf(Promise)
    for (const found of others) expect(found).toMatchObject([{ kid: 'first' }])
    await loading
    expect(server.requests).toBe(2)
  })

  test('one that was cut off delays no others for long', async () => {
    let isCut = false
    const { clock, keys, server } = await setUpApart({
      timeout: 5,
      fetch: (url, init) => (isCut ? new Promise(() => {}) : fetch(url, init)),
    })
    await using _ = server
    await keys.refresh()
    isCut = true
    clock.seconds += 520
    expect(keys.select(header)).toBeInstanceOf(Promise)
    clock.seconds += 4
    expect(keys.select(header)).not.toBeInstanceOf(Promise)
    clock.seconds += 1
    expect(keys.select(header)).toBeInstanceOf(Promise)
  })

  test('with waitUntil, no request waits', async () => {
    const pending: Promise<unknown>[] = []
    const { clock, keys, server } = await setUpApart({ waitUntil: (promise) => pending.push(promise) })
    await using _ = server
    await keys.refresh()
    pending.length = 0
    clock.seconds += 599
    expect(keys.use()).toBe(true)
    expect(keys.select(header)).not.toBeInstanceOf(Promise)
    expect(pending).not.toHaveLength(0)
    await Promise.all(pending)
    expect(keys.status().condition).toBe('fresh')
  })

  test('a cached verification is used only if keys can be loaded', async () => {
    const { clock, keys, server } = await setUpApart()
    await using _ = server
    await keys.refresh()
    expect(keys.use()).toBe(true)
    clock.seconds += 599
    expect(keys.use()).toBe(false)
    const loading = keys.select(header)
    expect(keys.use()).toBe(true)
    await loading
  })

  test('a late older response restores no keys', async () => {
    const answers: ((response: Response) => void)[] = []
    const { keys, server } = await setUpApart({
      fetch: () => new Promise<Response>((resolve) => answers.push(resolve)),
    })
    await using _ = server
    const [older, newer] = [keys.select(header), keys.select(header)]
    answers[1]?.(Response.json(published(first)))
    expect(await newer).toMatchObject([{ kid: 'first' }])
    answers[0]?.(Response.json(published(second)))
    expect(await older).toMatchObject([{ kid: 'first' }])
    expect(keys.kids()).toEqual(['first'])
  })

  test('loaded keys are stored before the request that loaded them ends', async () => {
    const saved: unknown[] = []
    const save = async (stored: unknown): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve))
      saved.push(stored)
    }
    const { keys, server } = await setUpApart({ store: { load: () => undefined, save } })
    await using _ = server
    await keys.refresh()
    expect(saved).toHaveLength(1)
  })

  test('waitUntil is called for storing too, and for nothing else at a cold start', async () => {
    const pending: Promise<unknown>[] = []
    const saved: unknown[] = []
    const { keys, server } = await setUpApart({
      waitUntil: (promise) => pending.push(promise),
      store: { load: () => undefined, save: async (stored) => void saved.push(stored) },
    })
    await using _ = server
    await keys.refresh()
    expect(pending).toHaveLength(1)
    await pending[0]
    expect(saved).toHaveLength(1)
  })

  test('unknown key IDs: one load per cooldown, and no 401 before it ends', async () => {
    const { keys, server } = await setUpApart()
    await using _ = server
    await keys.refresh()
    const loading = keys.select({ alg: 'ES256', kid: 'unknown' })
    expect(() => keys.select({ alg: 'ES256', kid: 'another' })).toThrow(
      expect.objectContaining({ code: 'SB_KEYS_UNAVAILABLE' }),
    )
    expect(await loading).toEqual([])
    expect(keys.select({ alg: 'ES256', kid: 'third' })).toEqual([])
    expect(server.requests).toBe(2)
  })
})

describe('a store', () => {
  const setUpStore = async (stored: unknown, options: RemoteKeySetOptions = {}) => {
    const saved: unknown[] = []
    // What a store of the application's own gives can be anything.
    const store = {
      load: () => structuredClone(stored) as never,
      save: (kept: unknown) => void saved.push(kept),
    }
    return { ...(await setUp({ store, ...options })), saved }
  }
  const storedBy = (keys: RemoteKeySet | undefined, url: string, clock: TestClock, ago = 0): object => ({
    url,
    loadedAt: clock.seconds - ago,
    freshFor: 600,
    keys: (keys?.publicJwks() ?? published(first)).keys,
  })

  test('keeps the last good keys, as plain data', async () => {
    const { clock, keys, saved, server } = await setUpStore(undefined)
    await using _ = server
    await keys.refresh()
    await settled(() => saved.length > 0)
    expect(JSON.parse(JSON.stringify(saved))).toEqual([storedBy(keys, server.jwksUri, clock)])
  })

  test('starts a process while the provider is down', async () => {
    await using server = await startKeyServer(misbehaviours.down)
    const clock = new TestClock()
    const events: RemoteKeySetEvent[] = []
    const stored = storedBy(undefined, server.jwksUri, clock, 10 * hour)
    const keys = createRemoteKeySet(server.jwksUri, {
      now: clock.now,
      store: { load: async () => stored as never, save: () => {} },
      onEvent: (event) => events.push(event),
    })
    expect(await keys.select({ alg: 'ES256', kid: 'first' })).toMatchObject([{ kid: 'first' }])
    expect(keys.status()).toMatchObject({ condition: 'stale', failures: 1 })
    expect(events[0]).toEqual({
      type: 'loaded',
      url: server.jwksUri,
      restored: true,
      keys: 1,
      skipped: [],
      removed: false,
      freshFor: 600,
    })
  })

  test.each([
    { title: 'nothing', shareLoads: true, loads: 1 },
    { title: 'nothing, by requests that cannot wait for one another', shareLoads: false, loads: 2 },
  ])('is read once for $title', async ({ shareLoads, loads }) => {
    let asked = 0
    const store = { load: () => void asked++, save: () => {} }
    const { events, keys, server } = await setUp({ store, shareLoads })
    await using _ = server
    const header = { alg: 'ES256', kid: 'first' }
    for (const found of await Promise.all([keys.select(header), keys.select(header)])) {
      expect(found).toMatchObject([{ kid: 'first' }])
    }
    expect(asked).toBe(loads)
    expect(keys.select(header), 'at once from then on').toMatchObject([{ kid: 'first' }])
    await keys.refresh()
    expect(asked).toBe(loads)
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['loaded']))
  })

  test.each([
    { title: 'for longer than maxAge', freshFor: 1e9, seconds: hour },
    { title: 'for less than minAge', freshFor: 0, seconds: 60 },
    { title: 'for a while', freshFor: 900, seconds: 900 },
  ])('keys that were fresh $title are fresh for $seconds s', async ({ freshFor, seconds }) => {
    await using server = await startKeyServer(misbehaviours.down)
    const clock = new TestClock()
    const stored = { ...storedBy(undefined, server.jwksUri, clock), freshFor }
    const keys = createRemoteKeySet(server.jwksUri, {
      now: clock.now,
      store: { load: () => stored as never, save: () => {} },
    })
    await keys.select({ alg: 'ES256', kid: 'first' })
    expect(keys.status()).toMatchObject({
      condition: 'fresh',
      loadedAt: new Date(clock.seconds * 1000),
      freshUntil: new Date((clock.seconds + seconds) * 1000),
      usableUntil: new Date((clock.seconds + 24 * hour) * 1000),
    })
  })

  test.each([
    { title: 'just young enough', ago: 24 * hour - 1, condition: 'stale', kids: ['first'] },
    { title: 'just too old', ago: 24 * hour, condition: 'empty', kids: [] },
  ])('keys that are $title: $condition', async ({ ago, condition, kids }) => {
    await using server = await startKeyServer(misbehaviours['status 404'])
    const clock = new TestClock()
    const stored = storedBy(undefined, server.jwksUri, clock, ago)
    const keys = createRemoteKeySet(server.jwksUri, {
      now: clock.now,
      store: { load: () => stored as never, save: () => {} },
    })
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    expect(keys.status()).toMatchObject({ condition, kids })
  })

  test.each([-60, -1, 0, 0.001, 1, 30, 60])(
    'of a host whose clock is %s s ahead starts a process',
    async (ahead) => {
      await using server = await startKeyServer(misbehaviours.down)
      const clock = new TestClock()
      const stored = storedBy(undefined, server.jwksUri, clock, -ahead)
      const keys = createRemoteKeySet(server.jwksUri, {
        now: clock.now,
        store: { load: () => stored as never, save: () => {} },
      })
      expect(await keys.select({ alg: 'ES256', kid: 'first' })).toMatchObject([{ kid: 'first' }])
      const usableUntil = new Date((clock.seconds + Math.min(ahead, 0) + 24 * hour) * 1000)
      expect(keys.status()).toMatchObject({ condition: 'fresh', usableUntil })
    },
  )

  test('that responds late restores no keys', async () => {
    const answers: (() => void)[] = []
    const { clock, keys, server } = await setUp()
    await using _ = server
    const stored = storedBy(undefined, server.jwksUri, clock)
    server.behave = answer(published(second))
    const late = createRemoteKeySet(server.jwksUri, {
      now: clock.now,
      shareLoads: false,
      store: {
        load: () => new Promise((resolve) => answers.push(() => resolve(stored as never))),
        save: () => {},
      },
    })
    const [one, two] = [
      late.select({ alg: 'ES256', kid: 'first' }),
      late.select({ alg: 'ES256', kid: 'second' }),
    ]
    answers[0]?.()
    expect(await one).toMatchObject([{ kid: 'first' }])
    await late.refresh()
    expect(late.kids()).toEqual(['second'])
    server.behave = misbehaviours.down
    answers[1]?.()
    expect(await two).toMatchObject([{ kid: 'second' }])
    expect(late.kids()).toEqual(['second'])
    expect(keys.kids()).toEqual([])
  })

  const hostile: { title: string; change: (stored: object, clock: TestClock) => unknown }[] = [
    { title: 'of another address', change: (stored) => ({ ...stored, url: 'https://other.example/jwks' }) },
    { title: 'too old', change: (stored, clock) => ({ ...stored, loadedAt: clock.seconds - 25 * hour }) },
    { title: 'of the future', change: (stored, clock) => ({ ...stored, loadedAt: clock.seconds + 61 }) },
    { title: 'without a time', change: (stored) => ({ ...stored, loadedAt: undefined }) },
    { title: 'without keys', change: (stored) => ({ ...stored, keys: [] }) },
    { title: 'of no form', change: () => 'keys' },
  ]
  test.each(hostile)('provides no keys that are $title', async ({ change }) => {
    await using server = await startKeyServer(misbehaviours['status 404'])
    const clock = new TestClock()
    const header = { alg: 'ES256', kid: 'first' }
    const good = storedBy(undefined, server.jwksUri, clock)
    const withStore = (stored: unknown): RemoteKeySet =>
      createRemoteKeySet(server.jwksUri, {
        now: clock.now,
        store: { load: () => stored as never, save: () => {} },
      })
    await expect(withStore(change(good, clock)).select(header)).rejects.toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
    })
    expect(await withStore(good).select(header)).toMatchObject([{ kid: 'first' }])
  })

  test.each([
    { title: 'throws', fails: () => Promise.reject(new Error('disk')) },
    { title: 'never settles', fails: () => new Promise<never>(() => {}) },
  ])('that $title has no effect on requests', async ({ fails }) => {
    const { clock, events, server, verifier } = await setUp({
      store: { load: fails, save: fails },
      timeout: 1,
    })
    await using _ = server
    expect(await codeOf(verifier.verify(await tokenBy(first, clock)))).toBe('accepted')
    await settled(() => events.length === 3)
    const { jwksUri: url } = server
    expect(events[0]).toEqual({ type: 'store-failed', url, operation: 'load' })
    expect(events[1]).toMatchObject({ type: 'loaded', url })
    expect(events[2]).toEqual({ type: 'store-failed', url, operation: 'save' })
  })
})

describe.each([true, false])(
  'a store that starts later than this process, with shareLoads %s',
  (shareLoads) => {
    const setUpLate = async (failures: number) => {
      const clock = new TestClock()
      const server = await startKeyServer(misbehaviours['status 404'])
      let asked = 0
      const stored = { url: server.jwksUri, loadedAt: clock.seconds - 60, freshFor: 600, ...published(first) }
      const load = async () => {
        asked++
        if (asked <= failures) throw new Error('not connected yet')
        return stored as never
      }
      const store = { load, save: () => {} }
      const keys = createRemoteKeySet(server.jwksUri, { now: clock.now, store, shareLoads })
      const select = (): Promise<unknown> => Promise.resolve(keys.select({ alg: 'ES256', kid: 'first' }))
      return { clock, server, keys, select: async () => select(), asked: () => asked }
    }

    test.each([0, 1, 3])('is read again while the provider fails, after %d failures', async (failures) => {
      const { clock, server, select, asked } = await setUpLate(failures)
      await using _ = server
      for (let i = 0; i < failures; i++) {
        await expect(select()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
        clock.seconds += 60
      }
      expect(await select()).toMatchObject([{ kid: 'first' }])
      clock.seconds += 60
      expect(await select()).toMatchObject([{ kid: 'first' }])
      expect(asked()).toBe(failures + 1)
    })

    test('is not read again during the pause after a failed load, and not once keys have been loaded', async () => {
      const { clock, server, keys, select, asked } = await setUpLate(9)
      await using _ = server
      await expect(select()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
      await expect(select()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
      expect(asked()).toBe(1)
      server.behave = answer(published(second))
      clock.seconds += 60
      await keys.refresh()
      clock.seconds += 60
      expect(await select()).toEqual([])
      expect([asked(), keys.kids()]).toEqual([2, ['second']])
    })
  },
)

test('a listener that throws has no effect on requests', async () => {
  const { keys, server } = await setUp({
    onEvent: () => {
      throw new Error('listener')
    },
  })
  await using _ = server
  await keys.refresh()
  expect(keys.kids()).toEqual(['first'])
})

test('a listener that rejects does not end the process', async () => {
  const { keys, server } = await setUp({ onEvent: async () => Promise.reject(new Error('listener')) })
  await using _ = server
  await keys.refresh()
  // An unhandled rejection would fail the run here.
  await new Promise((resolve) => setImmediate(resolve))
  expect(keys.kids()).toEqual(['first'])
})

test('a waitUntil that throws has no effect on requests', async () => {
  const waitUntil = (): never => {
    throw new Error('no request')
  }
  const { clock, keys, server, verifier } = await setUp({ waitUntil })
  await using _ = server
  const token = await tokenBy(first, clock)
  await verifier.verify(token)
  // Time to be loaded again, for the sake of a verification that is remembered.
  clock.seconds += 599
  await expect(verifier.verify(token)).resolves.toBeDefined()
  await settled(() => server.requests === 2)
  expect(keys.status()).toMatchObject({ failures: 0 })
})

test('events do not contain the query', async () => {
  const { server } = await setUp()
  await using _ = server
  const events: RemoteKeySetEvent[] = []
  const keys = createRemoteKeySet(`${server.jwksUri}?secret=s3cr3t`, {
    onEvent: (event) => events.push(event),
  })
  await keys.refresh()
  expect(keys.status().url).toBe(server.jwksUri)
  expect(JSON.stringify([keys.status(), events])).not.toContain('s3cr3t')
})

test('accepts the fetch of the runtime, also by type', async () => {
  const { keys, server } = await setUp({ fetch: globalThis.fetch })
  await using _ = server
  await keys.refresh()
  expect(keys.kids()).toEqual(['first'])
})

describe('options', () => {
  const url = 'https://auth.example.com/jwks'
  const make = (address: unknown, options?: unknown): RemoteKeySet =>
    createRemoteKeySet(address as string, options as RemoteKeySetOptions)

  test.each([
    { title: 'plain HTTP', address: 'http://auth.example.com/jwks', twin: 'http://127.0.0.1/jwks' },
    { title: 'an invalid loopback', address: 'http://127.0.0.1.example.com/', twin: 'http://[::1]/jwks' },
    {
      title: 'localhost as a subdomain',
      address: 'http://localhost.example.com/',
      twin: 'http://localhost/',
    },
    {
      title: 'credentials',
      address: 'https://user:pass@auth.example.com/',
      twin: 'https://auth.example.com/',
    },
    { title: 'a file', address: 'file:///etc/jwks.json', twin: new URL(url) },
    { title: 'no address', address: 'jwks', twin: url },
    { title: 'nothing', address: undefined, twin: url },
  ])('refuses $title', ({ address, twin }) => {
    expect(() => make(address)).toThrow(TypeError)
    expect(() => make(twin)).not.toThrow()
  })

  test.each([
    { options: { coolDown: 30 }, names: 'coolDown', twin: { cooldown: 30 } },
    { options: { timeout: 0 }, names: 'timeout', twin: { timeout: '1s' } },
    { options: { timeout: '30d' }, names: 'timeout', twin: { timeout: 1 } },
    { options: { minAge: '2h' }, names: 'minAge', twin: { minAge: '2h', maxAge: '3h' } },
    { options: { maxStale: 0 }, names: 'maxStale', twin: { maxStale: 1 } },
    { options: { maxBytes: 0 }, names: 'maxBytes', twin: { maxBytes: 1 } },
    { options: { fetch: 'fetch' }, names: 'fetch', twin: { fetch } },
    { options: { store: {} }, names: 'store', twin: { store: { load() {}, save() {} } } },
    { options: { onEvent: [] }, names: 'onEvent', twin: { onEvent() {} } },
    { options: { shareLoads: 'no' }, names: 'shareLoads', twin: { shareLoads: false } },
    { options: { waitUntil: true }, names: 'waitUntil', twin: { waitUntil() {} } },
    { options: { now: 0 }, names: 'now', twin: { now: () => new Date() } },
  ])('refuses $options', ({ options, names, twin }) => {
    expect(() => make(url, options)).toThrow(names)
    expect(() => make(url, twin)).not.toThrow()
  })

  test('names the function in errors', () => {
    expect(() => make('jwks')).toThrow(/^url: must be an https URL without credentials/)
    expect(() => make(url, { coolDown: 30 })).toThrow(
      /^createRemoteKeySet: has no option "coolDown"; it accepts timeout, /,
    )
  })
})
