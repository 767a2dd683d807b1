import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { fixture } from '../test-kit/fixture-file.js'
import { answer, startKeyServer } from '../test-kit/key-server.js'
import { audience, issuer, now } from '../test-kit/parties.js'
import { type ChannelEvents, listenTo } from './channel-events.js'
import { createAuthenticator } from './http/authenticator.js'
import { authenticateRequest } from './http/web-request.js'
import { createIssuer, type Issuer } from './jwt/issuer.js'
import { createVerifier } from './jwt/verifier.js'
import { createKeyRing } from './key-ring/key-ring.js'
import { createMemoryRings } from './key-ring/store.js'
import { generateKey } from './keys/generate.js'
import { publicJwks } from './keys/jwk-set.js'
import { discoverIssuer } from './remote-keys/discover-issuer.js'
import { createRemoteKeySet } from './remote-keys/remote-key-set.js'

const key = await generateKey('ES256', { kid: 'one' })
const secret = await generateKey('dir', { enc: 'A256GCM', kid: 'secret' })
const party = { issuer, audience, typ: 'at+jwt', now } as const

const issuerOf = (options: object = {}): Issuer =>
  createIssuer({ ...party, lifetime: '5m', signature: { algorithm: 'ES256', keys: key }, ...options })

/** The events of a channel during the test. */
function eventsOf<Name extends keyof ChannelEvents>(name: Name): ChannelEvents[Name][] {
  const events: ChannelEvents[Name][] = []
  onTestFinished(listenTo(name, (event) => events.push(event)))
  return events
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('sealbearer:decision', () => {
  const authenticator = createAuthenticator({
    verifier: createVerifier({ ...party, signature: { algorithms: ['ES256'], keys: key } }),
  })
  const ask = (token?: string) =>
    authenticateRequest(
      authenticator,
      new Request(
        'https://api.example.com/',
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      ),
    )

  test('has each decision, frozen', async () => {
    const { token } = await issuerOf().issue({ sub: 'user_123' })
    const events = eventsOf('sealbearer:decision')
    await ask()
    await ask(token)
    await ask(token)
    const common = { scheme: 'Bearer', source: 'header', form: 'signed', issuer }
    expect(events).toEqual([
      { accepted: false, code: 'SB_CREDENTIALS_MISSING', duration: expect.any(Number) },
      { accepted: true, ...common, remembered: false, duration: expect.any(Number) },
      { accepted: true, ...common, remembered: true, duration: expect.any(Number) },
    ])
    expect(events.every((event) => Object.isFrozen(event))).toBe(true)
  })

  test('ends with the listener, and ignores what it throws', async () => {
    const events: unknown[] = []
    const stop = listenTo('sealbearer:decision', (event) => {
      events.push(event)
      throw new Error('of the listener')
    })
    expect(await ask()).toMatchObject({ status: 401 })
    stop()
    await ask()
    expect(events).toHaveLength(1)
  })
})

describe('sealbearer:issue', () => {
  const encryption = { keyManagement: 'dir', contentEncryption: 'A256GCM', keys: secret } as const
  test.each([
    { form: 'signed', options: {} },
    { form: 'encrypted', options: { signature: undefined, encryption } },
    { form: 'nested', options: { encryption } },
  ])('has each $form token', async ({ form, options }) => {
    const events = eventsOf('sealbearer:issue')
    await issuerOf(options).issue({ sub: 'user_123' })
    expect(events).toEqual([{ issued: true, form, issuer, duration: expect.any(Number) }])
  })

  test.each([
    {
      title: 'a forbidden claim',
      claims: { password: 'hunter2' },
      code: 'SB_CLAIM_FORBIDDEN',
      parameter: 'password',
    },
    { title: 'a lifetime', claims: {}, lifetime: '2h', code: 'SB_LIFETIME_INVALID', parameter: undefined },
    { title: 'a mistake in the call', claims: { sub: 1n }, code: undefined, parameter: undefined },
  ])('has what was not issued: $title', async ({ claims, lifetime, code, parameter }) => {
    const events = eventsOf('sealbearer:issue')
    // @ts-expect-error plain JavaScript can pass anything
    const issued = issuerOf().issue(claims, lifetime === undefined ? {} : { lifetime })
    await expect(issued).rejects.toThrow()
    expect(events).toMatchObject([{ issued: false, form: 'signed' }])
    expect(events[0]).toHaveProperty('issued', false)
    expect([events[0]?.code, events[0]?.parameter]).toEqual([code, parameter])
  })
})

describe('sealbearer:keys', () => {
  test('has the keys that were loaded, and those that were skipped', async () => {
    const { keys } = publicJwks([key])
    await using server = await startKeyServer(
      answer({ keys: [...keys, { kty: 'oct', k: 'AA', kid: 'two' }] }),
    )
    const events = eventsOf('sealbearer:keys')
    await createRemoteKeySet(server.jwksUri, { now }).refresh()
    const skipped = [{ index: 1, kid: 'two', reason: 'not-public' }]
    expect(events).toMatchObject([{ type: 'loaded', url: server.jwksUri, keys: 1, skipped }])
  })

  /** On runtimes with `node:https`, which are those with channels. */
  async function selfSigned(): Promise<string> {
    const [key, cert] = ['pkcs8', 'x509'].map((name) => fixture(`openssl/ec-P-256.${name}.pem`))
    const server = createServer({ key, cert })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.close()
    })
    // The address of a server that listens.
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** A port that was free a moment ago. */
  async function nowhere(): Promise<string> {
    const server = await startKeyServer(answer({}))
    await server[Symbol.asyncDispose]()
    return server.origin
  }

  const unknownName = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })
  const failures = [
    { title: 'refused', origin: nowhere, failure: { reason: 'network', code: 'ECONNREFUSED' } },
    {
      title: 'unknown name',
      origin: () => 'https://auth.example.com',
      // No test asks a name server.
      fetch: () => Promise.reject(new TypeError('fetch failed', { cause: unknownName })),
      failure: { reason: 'network', code: 'ENOTFOUND' },
    },
    {
      title: 'untrusted certificate',
      origin: selfSigned,
      failure: { reason: 'network', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    },
  ]

  test.each(failures)('has the reason of the runtime: $title', async ({ origin, fetch, failure }) => {
    const at = await origin()
    const events = eventsOf('sealbearer:keys')
    const keys = createRemoteKeySet(`${at}/jwks`, { now, fetch })
    await expect(keys.refresh()).rejects.toMatchObject({ parameter: `network ${failure.code}` })
    expect(events).toMatchObject([{ type: 'load-failed', url: `${at}/jwks`, failures: 1, ...failure }])
  })

  test.each(failures)('and of discovery: $title', async ({ origin, fetch, failure: { code } }) => {
    const at = await origin()
    const events = eventsOf('sealbearer:keys')
    const { keys } = discoverIssuer(at, { now, fetch })
    await expect(keys.refresh()).rejects.toMatchObject({ parameter: `discovery network ${code}` })
    expect(events).toMatchObject([
      { type: 'load-failed', url: `${at}/`, reason: 'discovery', code, detail: `network ${code}` },
    ])
  })

  test('and the status of discovery', async () => {
    await using server = await startKeyServer((_, response) => response.writeHead(403).end())
    const events = eventsOf('sealbearer:keys')
    const { keys } = discoverIssuer(server.origin, { now })
    await expect(keys.refresh()).rejects.toMatchObject({ parameter: 'discovery status 403' })
    expect(events).toMatchObject([{ reason: 'discovery', status: 403, detail: 'status 403' }])
  })

  test('and the media type of discovery', async () => {
    await using server = await startKeyServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    )
    const events = eventsOf('sealbearer:keys')
    const { keys } = discoverIssuer(server.origin, { now })
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    expect(events).toMatchObject([{ reason: 'discovery', status: 200, detail: 'media-type text/html' }])
  })

  test('has the rotation of a ring', async () => {
    const events = eventsOf('sealbearer:keys')
    let seconds = now().getTime() / 1000
    const clock = () => new Date(seconds * 1000)
    const ring = await createKeyRing({
      keys: ['ES256'],
      name: 'main',
      store: createMemoryRings(),
      now: clock,
    })
    await ring.rotate()
    const [active, next] = ring.status().map(({ kid }) => kid)
    seconds += 390
    ring.status()
    expect(events).toEqual([
      { type: 'opened', ring: 'main', keys: 2 },
      { type: 'rotated', ring: 'main', alg: 'ES256', kid: next, previous: active },
    ])
  })
})

test('on a runtime without channels, the error names the alternatives', () => {
  vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } }))
  expect(() => listenTo('sealbearer:decision', () => {})).toThrow(/onDecision/)
  expect(() =>
    createAuthenticator({
      verifier: createVerifier({ ...party, signature: { algorithms: ['ES256'], keys: key } }),
    }),
  ).not.toThrow()
})
