import type { JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createJwksEndpoint } from '../http/jwks-endpoint.js'
import { webEndpointRequest } from '../http/web-request.js'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from '../keys/generate.js'
import { importKey } from '../keys/import.js'
import { exportJwk, publicJwks } from '../keys/jwk-set.js'
import { createKeySet } from '../keys/key-set.js'
import type { Duration } from '../time.js'
import { createKeyRing, type KeyRing } from './key-ring.js'
import type { KeyRingOptions } from './options.js'
import { createMemoryRings, type KeyRingStore } from './store.js'

const party = { issuer: 'https://auth.example', audience: 'https://api.example', typ: 'at+jwt' }

/** A clock that a test moves. */
function handClock(): { now: () => Date; advance: (seconds: number) => void } {
  let seconds = 1_800_000_000
  return {
    now: () => new Date(seconds * 1000),
    advance: (by) => {
      seconds += by
    },
  }
}

const phases = (ring: KeyRing): string =>
  ring
    .status()
    .map(({ phase }) => phase)
    .join(' ')
const kidIn = (ring: KeyRing, phase: string): string =>
  ring.status().find((key) => key.phase === phase)?.kid ?? 'none'

/** Lead 390 s, trust 3,690 s. */
const times = { maxAge: '5m', maxTokenLifetime: '1h', clockTolerance: '1m', reloadEvery: '30s' } as const

async function setUp(options: Partial<KeyRingOptions> = {}) {
  const clock = handClock()
  const store = options.store ?? createMemoryRings()
  const ring = await createKeyRing({ keys: ['EdDSA'], ...times, store, now: clock.now, ...options })
  const issuer = createIssuer({
    ...party,
    lifetime: '1h',
    signature: { algorithm: 'EdDSA', keys: ring },
    now: clock.now,
  })
  const verifier = createVerifier({
    ...party,
    signature: { algorithms: ['EdDSA'], keys: ring },
    now: clock.now,
  })
  return { clock, store, ring, issuer, verifier }
}

const kidOf = (token: string): unknown => JSON.parse(atob(String(token.split('.')[0]))).kid

describe('a key from its publication to its end', () => {
  test('is next, active, retiring, then gone', async () => {
    const { clock, ring, issuer, verifier } = await setUp()
    expect(phases(ring)).toBe('active next')
    const first = kidIn(ring, 'active')
    const second = kidIn(ring, 'next')
    const { token } = await issuer.issue({ sub: 'user' })
    expect(kidOf(token)).toBe(first)
    expect(ring.publicJwks().keys.map(({ kid }) => kid)).toEqual([first, second])

    clock.advance(390)
    await ring.rotate()
    expect(phases(ring)).toBe('retiring active next')
    expect(kidOf((await issuer.issue({ sub: 'user' })).token)).toBe(second)
    expect(ring.publicJwks().keys.map(({ kid }) => kid)).toEqual([second, kidIn(ring, 'next'), first])
    await expect(verifier.verify(token)).resolves.toBeDefined()

    const { generation } = ring
    clock.advance(3_689)
    await ring.ready()
    expect(ring.kids()).toContain(first)
    clock.advance(1)
    expect(ring.kids()).not.toContain(first)
    expect(ring.generation).toBeGreaterThan(generation)
  })

  test('waits until it has been published for long enough, however often rotate is called', async () => {
    const { clock, ring } = await setUp()
    const waiting = kidIn(ring, 'next')
    clock.advance(100)
    await ring.rotate()
    await ring.rotate()
    expect(phases(ring)).toBe('active next')
    expect(ring.status()[1]?.activeFrom).toEqual(new Date((1_800_000_000 + 390) * 1000))
    clock.advance(289)
    expect(kidIn(ring, 'next')).toBe(waiting)
    clock.advance(1)
    expect(kidIn(ring, 'active')).toBe(waiting)
  })

  test('changes phase by schedule, without a timer', async () => {
    const { clock, ring, issuer } = await setUp({ rotateEvery: '1h' })
    const first = kidIn(ring, 'active')
    clock.advance(3_599)
    expect(kidOf((await issuer.issue({ sub: 'user' })).token)).toBe(first)
    clock.advance(1)
    expect(kidOf((await issuer.issue({ sub: 'user' })).token)).not.toBe(first)
    await expect.poll(() => phases(ring)).toBe('retiring active next')
  })

  test('loses its private half once no process signs with it', async () => {
    const { clock, ring, store } = await setUp()
    clock.advance(390)
    await ring.rotate()
    clock.advance(60)
    await ring.rotate()
    await ring.ready()
    const { keys } = JSON.parse((await store.load())?.text ?? '')
    expect(keys.map((key: object) => 'd' in key)).toEqual([false, true, true])
  })
})

describe('the result of select', () => {
  test('has one key that can sign, in front, even if others are trusted', async () => {
    const { clock, ring } = await setUp()
    clock.advance(390)
    await ring.rotate()
    const keys = await ring.select({ alg: 'EdDSA' })
    expect(keys.map(({ kid }) => kid)).toEqual([
      kidIn(ring, 'active'),
      kidIn(ring, 'next'),
      kidIn(ring, 'retiring'),
    ])
    const sign = (kid: unknown) =>
      createIssuer({
        ...party,
        lifetime: 1,
        signature: {
          algorithm: 'EdDSA',
          keys: { select: () => keys.filter((key) => key.kid === kid), generation: 0 },
        },
      }).issue({})
    await expect(sign(kidIn(ring, 'active'))).resolves.toBeDefined()
    await expect(sign(kidIn(ring, 'next'))).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    await expect(sign(kidIn(ring, 'retiring'))).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    for (const key of keys) expect(() => exportJwk(key)).toThrow(TypeError)
  })

  test('is no promise while the view is current', async () => {
    const { ring } = await setUp()
    expect(ring.select({ alg: 'EdDSA' })).toBeInstanceOf(Array)
  })
})

describe('revoke', () => {
  test('takes effect before its promise resolves, and increments the generation', async () => {
    const { ring, issuer, verifier } = await setUp()
    const { token } = await issuer.issue({ sub: 'user' })
    // The second time its verification is remembered.
    for (let time = 0; time < 2; time++) await expect(verifier.verify(token)).resolves.toBeDefined()
    const [gone, heir] = [kidIn(ring, 'active'), kidIn(ring, 'next')]
    const { generation } = ring
    const done = ring.revoke(gone)
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_KEY_NOT_FOUND' })
    expect(ring.kids()).toEqual([heir])
    expect(ring.generation).toBeGreaterThan(generation)
    expect(kidOf((await issuer.issue({ sub: 'user' })).token)).toBe(heir)
    await done
    expect(phases(ring)).toBe('active next')
    await expect(ring.revoke(gone)).resolves.toBeUndefined()
  })

  test.each(['next', 'retiring'])('of a key that is %s keeps the active one', async (phase) => {
    const { clock, ring } = await setUp()
    clock.advance(390)
    await ring.rotate()
    const active = kidIn(ring, 'active')
    await ring.revoke(kidIn(ring, phase))
    expect(kidIn(ring, 'active')).toBe(active)
    expect(kidIn(ring, 'next')).not.toBe('none')
  })

  test('reaches a ring that shares the store after reloadEvery, verifications included', async () => {
    const { clock, ring, store } = await setUp()
    const other = await createKeyRing({ keys: ['EdDSA'], ...times, store, now: clock.now })
    const kid = kidIn(ring, 'active')
    await ring.revoke(kid)
    expect(other.use?.()).toBe(true)
    clock.advance(30)
    // The view is too old to vouch for anything, remembered verifications included.
    expect(other.use?.()).toBe(false)
    await expect(Promise.resolve(other.select({ alg: 'EdDSA', kid }))).resolves.toEqual([])
  })

  test('holds in this process even if the store fails, and is stored later', async () => {
    const inner = createMemoryRings()
    let isDown = false
    const store: KeyRingStore = {
      load: () => (isDown ? Promise.reject(new Error('down')) : inner.load()),
      save: (...args) => inner.save(...args),
    }
    const errors: unknown[] = []
    const { clock, ring } = await setUp({ store, onError: (error) => errors.push(error) })
    const kid = kidIn(ring, 'active')
    isDown = true
    await expect(ring.revoke(kid)).rejects.toThrow('down')
    expect(ring.kids()).not.toContain(kid)
    clock.advance(40)
    await ring.ready()
    expect(errors).toHaveLength(1)
    expect(ring.kids()).not.toContain(kid)
    isDown = false
    clock.advance(40)
    await ring.ready()
    const { keys, revoked } = JSON.parse((await inner.load())?.text ?? '')
    expect(keys.map((key: JWK) => key.kid)).not.toContain(kid)
    expect(revoked).toEqual([kid])
  })

  test('refuses a kid that is not in the ring', async () => {
    const { ring } = await setUp()
    await expect(ring.revoke('typo')).rejects.toThrow(TypeError)
  })

  test('never restores the initial key', async () => {
    const initial = await generateKey('EdDSA', { kid: 'legacy', extractable: true })
    const { ring } = await setUp({ keys: [{ alg: 'EdDSA', initial }] })
    expect(kidIn(ring, 'active')).toBe('legacy')
    await ring.revoke(kidIn(ring, 'next'))
    await ring.revoke('legacy')
    await ring.ready()
    expect(ring.kids()).not.toContain('legacy')
    expect(phases(ring)).toBe('active next')
  })
})

describe('rings that share a store', () => {
  test('open one and the same, and rotate once when both rotate', async () => {
    const store = createMemoryRings()
    const clock = handClock()
    const open = () => createKeyRing({ keys: ['EdDSA', 'ES256'], ...times, store, now: clock.now })
    const [one, two] = await Promise.all([open(), open()])
    expect(one.kids()).toEqual(two.kids())
    clock.advance(400)
    await Promise.all([one.rotate(), two.rotate()])
    expect(one.kids().toSorted()).toEqual(two.kids().toSorted())
    expect(phases(one).split(' ').toSorted().join(' ')).toBe('active active next next retiring retiring')
  })

  test('let a new algorithm wait until caches know its key', async () => {
    const { clock, store, ring } = await setUp()
    const wider = await createKeyRing({ keys: ['EdDSA', 'ES256'], ...times, store, now: clock.now })
    const issuer = createIssuer({ ...party, lifetime: 60, signature: { algorithm: 'ES256', keys: wider } })
    await expect(issuer.issue({})).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    clock.advance(390)
    await wider.ready()
    await expect(issuer.issue({})).resolves.toBeDefined()
    // The one that knows nothing of it leaves it alone.
    await ring.ready()
    expect(ring.status().some(({ alg }) => alg === 'ES256')).toBe(true)
  })

  test('retire an algorithm that is no longer wanted', async () => {
    const clock = handClock()
    const store = createMemoryRings()
    await createKeyRing({ keys: ['EdDSA', 'ES256'], ...times, store, now: clock.now })
    const ring = await createKeyRing({ keys: ['ES256'], ...times, store, now: clock.now })
    await expect(ring.retire('ES256')).rejects.toThrow(/still in the option/)
    await ring.retire('EdDSA')
    expect(ring.status().filter(({ alg }) => alg === 'EdDSA')).toMatchObject([{ phase: 'retiring' }])
    clock.advance(3_690)
    expect(ring.status().some(({ alg }) => alg === 'EdDSA')).toBe(false)
  })
})

describe('an issuer of tokens that could outlive their keys', () => {
  const [signing, sealing] = [
    { algorithm: 'HS256' },
    { keyManagement: 'dir', contentEncryption: 'A256GCM' },
  ] as const
  test.each<{ lifetime?: Duration; maxLifetime?: Duration; refused: RegExp | undefined }>([
    { maxLifetime: '16m', refused: /^maxLifetime: .* 900 s .* maxTokenLifetime/ },
    { maxLifetime: '15m', refused: undefined },
    { lifetime: '16m', refused: /^maxLifetime: .* 900 s/ },
    { lifetime: '16m', maxLifetime: '1h', refused: /^maxLifetime: .* 900 s/ },
    // The default is what the ring allows.
    { lifetime: '15m', refused: undefined },
  ])('$lifetime, at most $maxLifetime', async ({ refused, ...times }) => {
    const keys = ['HS256', { alg: 'dir', enc: 'A256GCM' }] as const
    const ring = await createKeyRing({ keys, maxTokenLifetime: '15m' })
    const longer = await createKeyRing({ keys, maxTokenLifetime: '2h' })
    const make = (outer: KeyRing, inner: KeyRing) => () =>
      createIssuer({
        ...{ ...party, lifetime: '1m', ...times },
        signature: { ...signing, keys: inner },
        encryption: { ...sealing, keys: outer },
      })
    for (const issuer of [make(ring, longer), make(longer, ring)]) {
      if (refused === undefined) expect(issuer).not.toThrow()
      else expect(issuer).toThrow(refused)
    }
    expect(make(longer, longer)).not.toThrow()
  })

  test('may not exceed the limit of the ring in any call', async () => {
    const ring = await createKeyRing({ keys: ['HS256'], maxTokenLifetime: '15m' })
    const issuer = createIssuer({ ...party, lifetime: '1m', signature: { ...signing, keys: ring } })
    await expect(issuer.issue({}, { lifetime: 901 })).rejects.toMatchObject({ code: 'SB_LIFETIME_INVALID' })
    await expect(issuer.issue({}, { lifetime: 900 })).resolves.toBeDefined()
  })
})

test('publishes no secret, and of encryption keys only the active one', async () => {
  const clock = handClock()
  const ring = await createKeyRing({
    keys: ['HS256', { alg: 'dir', enc: 'A256GCM' }, { alg: 'ECDH-ES', crv: 'P-256' }],
    ...times,
    now: clock.now,
  })
  clock.advance(400)
  await ring.rotate('ECDH-ES')
  const { keys } = publicJwks(ring)
  expect(keys).toMatchObject([{ alg: 'ECDH-ES', use: 'enc', kty: 'EC' }])
  expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  expect(ring.maxAge).toBe(300)
  await expect(createKeySet(publicJwks(ring))).resolves.toBeDefined()
})

test('a timer updates it, and does not keep the process alive', async () => {
  vi.useFakeTimers()
  try {
    const { ring } = await setUp({ rotateEvery: '1h', now: () => new Date() })
    const first = kidIn(ring, 'active')
    ring.start()
    ring.start()
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(kidIn(ring, 'active')).not.toBe(first)
    ring.stop()
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test.each([
  { title: 'no keys', options: { keys: [] }, message: /keys: must be a list/ },
  { title: 'an algorithm twice', options: { keys: ['ES256', 'ES256'] }, message: /listed twice/ },
  { title: 'ECDH-ES without crv', options: { keys: ['ECDH-ES'] }, message: /needs crv/ },
  { title: 'dir without enc', options: { keys: ['dir'] }, message: /enc: required/ },
  {
    title: 'rotation faster than publishing',
    options: { keys: ['ES256'], rotateEvery: 359 },
    message: /rotateEvery/,
  },
  {
    title: 'a misspelt option',
    options: { keys: ['ES256'], rotateevery: 1 },
    message: /no option "rotateevery"/,
  },
  {
    title: 'a store that cannot save',
    options: { keys: ['ES256'], store: { load() {} } },
    message: /store/,
  },
  {
    title: 'a source that cannot open',
    options: { keys: [{ alg: 'ES256', source: {} }] },
    message: /source/,
  },
])('refuses $title', async ({ options, message }) => {
  // Wrong on purpose.
  await expect(createKeyRing(options as never)).rejects.toThrow(message)
  await expect(createKeyRing({ keys: ['ES256'], rotateEvery: '6m' })).resolves.toBeDefined()
})

test.each([
  { title: 'no JSON', change: () => 'corrupt' },
  { title: 'half of it', change: (text: string) => text.slice(0, text.length / 2) },
  {
    title: 'a key of another ring',
    change: (text: string) => text.replace(/"kid": "[^"]+"/, '"kid": "other"'),
  },
  { title: 'a later end', change: (text: string) => text.replace(/"trustFor": \d+/, '"trustFor": 1e12') },
])('a stored ring with $title is refused, and a running one keeps its state', async ({ change }) => {
  const inner = createMemoryRings()
  let isChanged = false
  const store: KeyRingStore = {
    async load() {
      const stored = await inner.load()
      return stored && isChanged ? { text: change(stored.text), version: 'changed' } : stored
    },
    save: (...args) => inner.save(...args),
  }
  const errors: unknown[] = []
  const { clock, ring, issuer } = await setUp({ store, onError: (error) => errors.push(error) })
  isChanged = true
  const kids = ring.kids()
  clock.advance(30)
  await ring.ready()
  expect(errors).toMatchObject([{ code: 'SB_RING_UNREADABLE' }])
  expect(ring.kids()).toEqual(kids)
  await expect(issuer.issue({})).resolves.toBeDefined()
  await expect(ring.rotate()).rejects.toMatchObject({ code: 'SB_RING_UNREADABLE' })
  await expect(createKeyRing({ keys: ['EdDSA'], store })).rejects.toMatchObject({
    code: 'SB_RING_UNREADABLE',
  })
  isChanged = false
  await expect(createKeyRing({ keys: ['EdDSA'], store })).resolves.toBeDefined()
})

test('a store that another process always changes first is busy', async () => {
  const store: KeyRingStore = { load: async () => undefined, save: async () => undefined }
  await expect(createKeyRing({ keys: ['EdDSA'], store })).rejects.toMatchObject({ code: 'SB_RING_BUSY' })
})

test('a JWKS endpoint of a rarely used ring publishes keys that others have created', async () => {
  const { clock, store, ring } = await setUp()
  const other = await createKeyRing({ keys: ['EdDSA'], ...times, store, now: clock.now })
  const endpoint = createJwksEndpoint(other)
  clock.advance(400)
  await ring.rotate()
  clock.advance(40)
  const { body, headers } = await endpoint(webEndpointRequest(new Request('https://api.example.com/keys')))
  expect(JSON.parse(body ?? '')).toEqual(ring.publicJwks())
  expect(headers['Cache-Control']).toBe('public, max-age=300')
})

describe('a store or a source that does not respond', () => {
  const hung = () => new Promise<never>(() => {})

  /** Lets the time of timers go by until something has ended, however often it starts another one. */
  async function ending<T>(work: PromiseLike<T> | T): Promise<T> {
    let isOver = false
    const settled = Promise.resolve(work).finally(() => {
      isOver = true
    })
    settled.catch(() => {})
    while (!isOver) await vi.advanceTimersByTimeAsync(10_000)
    return settled
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each(['load', 'save'] as const)('in %s does not stop a running ring', async (step) => {
    const inner = createMemoryRings()
    let isHung = false
    const broken = { [step]: hung }
    const present = (): KeyRingStore => (isHung ? { ...inner, ...broken } : inner)
    const store: KeyRingStore = { load: () => present().load(), save: (...args) => present().save(...args) }
    const errors: unknown[] = []
    const { clock, ring, issuer, verifier } = await setUp({ store, onError: (error) => errors.push(error) })
    isHung = true
    await expect(ending(ring.rotate())).rejects.toMatchObject({ code: 'SB_RING_BUSY' })
    clock.advance(30)
    const { token } = await ending(issuer.issue({}))
    await expect(ending(verifier.verify(token))).resolves.toBeDefined()
    const another = createKeyRing({ keys: ['EdDSA'], store: { ...createMemoryRings(), ...broken } })
    await expect(ending(another)).rejects.toMatchObject({ code: 'SB_RING_BUSY' })
    isHung = false
    clock.advance(400)
    const before = kidIn(ring, 'active')
    await ending(ring.rotate())
    expect(kidIn(ring, 'active')).not.toBe(before)
    expect(errors).toMatchObject(step === 'load' ? [{ code: 'SB_RING_BUSY' }] : [])
  })

  test.each(['create', 'open'] as const)('in %s fails in time', async (step) => {
    const working = {
      create: async () => exportJwk(await generateKey('ES256', { extractable: true })),
      open: (jwk: JWK) => importKey(jwk, { alg: 'ES256' }),
    }
    const source = { ...working, [step]: hung }
    const ring = ending(createKeyRing({ keys: [{ alg: 'ES256', source }] }))
    await expect(ring).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    await expect(createKeyRing({ keys: [{ alg: 'ES256', source: working }] })).resolves.toBeDefined()
  })
})
