import { createMemoryStore, createVerifier, generateKey } from '@sealbearer/core'
import type { RevocationStore } from '@sealbearer/core/stores'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { RevocationTarget } from './revocation-target.js'
import { createRevocations } from './revocations.js'
import type { RevocationsOptions } from './revocations-options.js'

const start = 1_800_000_000
const claims = {
  ...{ iss: 'i', aud: 'a', exp: start + 900, iat: start },
  ...{ sub: 'user_1', sid: 'session_1', jti: 'token_1', client_id: 'client_1' },
}

interface Clock {
  seconds: number
}

function process(
  store: RevocationStore,
  options: Partial<RevocationsOptions> = {},
  clock: Clock = { seconds: start },
) {
  const revocations = createRevocations({
    ...{ store, maxTokenLifetime: '15m', onStoreLost: 'refuse', interval: 0.01 },
    now: () => new Date(clock.seconds * 1000),
    ...options,
  })
  onTestFinished(() => revocations.close())
  return revocations
}

describe('revoke', () => {
  test.each<{ target: RevocationTarget; refuses: object[]; accepts: object[] }>([
    { target: { jti: 'token_1' }, refuses: [{}], accepts: [{ jti: 'token_2' }, { jti: undefined }] },
    {
      target: { sid: 'session_1' },
      refuses: [{}, { iat: start + 100 }, { jti: 'token_2' }],
      accepts: [{ sid: 'session_2' }, { sid: undefined, jti: 'session_1' }],
    },
    {
      target: { sub: 'user_1' },
      refuses: [{}, { iat: start - 1 }, { iat: start + 0.001 }, { iat: start + 0.999 }, { iat: undefined }],
      accepts: [{ iat: start + 1 }, { sub: 'user_2' }],
    },
    {
      target: { sub: 'user_1', issuedBefore: new Date((start - 10) * 1000) },
      refuses: [{ iat: start - 11 }, { iat: start - 10.001 }],
      accepts: [{ iat: start - 10 }, { iat: start - 9.999 }, {}],
    },
    {
      target: { clientId: 'client_1' },
      refuses: [{}, { sub: 'user_2' }],
      accepts: [{ iat: start + 1 }, { client_id: 'client_2' }, { client_id: undefined, sub: 'client_1' }],
    },
  ])('$target', async ({ target, refuses, accepts }) => {
    const revocations = process(createMemoryStore())
    await revocations.ready()
    for (const change of [...refuses, ...accepts]) {
      expect(revocations.isRevoked({ ...claims, ...change })).toBe(false)
    }
    await revocations.revoke(target)
    for (const change of refuses) expect(revocations.isRevoked({ ...claims, ...change })).toBe(true)
    for (const change of accepts) expect(revocations.isRevoked({ ...claims, ...change })).toBe(false)
    expect(revocations.status()).toMatchObject({ connected: true, entries: 1 })
  })

  test.each([
    {},
    { sub: '' },
    { sub: 1 },
    { sub: 'a', sid: 'b' },
    { user: 'a' },
    { jti: 'a', issuedBefore: new Date() },
    { sub: 'a', issuedBefore: 1 },
    { jti: 'a\ud800' },
    { sub: '\udfffa' },
    { sub: 'a', issuedBefore: new Date(Number.NaN) },
    undefined,
  ])('refuses %o', async (target) => {
    // @ts-expect-error: on purpose
    await expect(process(createMemoryStore()).revoke(target)).rejects.toThrow(TypeError)
  })

  test('of an earlier time does not take back a later one', async () => {
    const revocations = process(createMemoryStore())
    await revocations.ready()
    await revocations.revoke({ sub: 'user_1' })
    await revocations.revoke({ sub: 'user_1', issuedBefore: new Date(0) })
    expect(revocations.isRevoked(claims)).toBe(true)
  })
})

describe('between processes', () => {
  test('a revocation takes effect here immediately, and elsewhere soon', async () => {
    const store = createMemoryStore()
    const [here, elsewhere] = [process(store), process(store)]
    await Promise.all([here.ready(), elsewhere.ready()])
    const revoked = here.revoke({ sid: 'session_1' })
    expect(here.isRevoked(claims)).toBe(true)
    await revoked
    await expect.poll(() => elsewhere.isRevoked(claims)).toBe(true)
  })

  test('is found by reading, if the store notifies nobody', async () => {
    const store = { ...createMemoryStore(), subscribe: () => () => {} }
    const [here, elsewhere] = [process(store), process(store)]
    await Promise.all([here.ready(), elsewhere.ready()])
    await here.revoke({ sid: 'session_1' })
    await expect.poll(() => elsewhere.isRevoked(claims)).toBe(true)
  })

  test('a process that starts later knows what was revoked before', async () => {
    const store = createMemoryStore()
    await process(store).revoke({ jti: 'token_1' })
    const later = process(store)
    await later.ready()
    expect(later.isRevoked(claims)).toBe(true)
  })
})

/** A store that can be lost. */
function losable() {
  const store = createMemoryStore()
  const state = { isLost: false, hangs: false }
  const guard =
    <Args extends unknown[], R>(operation: (...args: Args) => Promise<R>) =>
    async (...args: Args): Promise<R> => {
      if (state.isLost) throw new Error('connection refused')
      if (state.hangs) await new Promise<never>(() => undefined)
      return operation(...args)
    }
  return {
    state,
    store: { ...store, append: guard(store.append), snapshot: guard(store.snapshot) },
  }
}

describe('a store that is lost', () => {
  const unavailable = expect.objectContaining({ code: 'SB_STORE_UNAVAILABLE', status: 503 })

  test("'refuse' answers 503 until it is back", async () => {
    const { store, state } = losable()
    const clock = { seconds: start }
    const revocations = process(store, {}, clock)
    await revocations.ready()
    state.isLost = true
    await expect.poll(() => revocations.status().connected).toBe(false)
    expect(revocations.isRevoked(claims)).toBe(false)
    clock.seconds += 6
    expect(() => revocations.isRevoked(claims)).toThrow(unavailable)
    expect(revocations.status().lag).toBeGreaterThan(5)
    state.isLost = false
    await expect.poll(() => revocations.status().connected).toBe(true)
    expect(revocations.isRevoked(claims)).toBe(false)
  })

  test('acceptFor accepts unrevoked tokens, for its time', async () => {
    const { store, state } = losable()
    const clock = { seconds: start }
    const revocations = process(store, { onStoreLost: { acceptFor: '5m' } }, clock)
    await revocations.revoke({ sid: 'session_2' })
    state.isLost = true
    await expect.poll(() => revocations.status().connected).toBe(false)
    clock.seconds += 290
    expect(revocations.isRevoked(claims)).toBe(false)
    expect(revocations.isRevoked({ ...claims, sid: 'session_2' })).toBe(true)
    clock.seconds += 20
    expect(() => revocations.isRevoked(claims)).toThrow(unavailable)
  })

  test('before anything was loaded, only acceptFor accepts', async () => {
    const { store, state } = losable()
    state.isLost = true
    const [refusing, accepting] = [process(store), process(store, { onStoreLost: { acceptFor: '5m' } })]
    await expect(refusing.ready()).rejects.toEqual(unavailable)
    expect(() => refusing.isRevoked(claims)).toThrow(unavailable)
    expect(accepting.isRevoked(claims)).toBe(false)
  })

  test('a revocation that the store rejects takes effect here, and is stored later', async () => {
    const { store, state } = losable()
    const [here, elsewhere] = [process(store), process(store)]
    await Promise.all([here.ready(), elsewhere.ready()])
    state.isLost = true
    await expect(here.revoke({ sid: 'session_1' })).rejects.toEqual(unavailable)
    expect(here.isRevoked(claims)).toBe(true)
    state.isLost = false
    await expect.poll(() => elsewhere.status().connected && elsewhere.isRevoked(claims)).toBe(true)
  })

  test('a store that does not answer is lost too, until it does', async () => {
    const { store, state } = losable()
    const revocations = process(store, { maxLag: 0.2 })
    await revocations.ready()
    state.hangs = true
    await expect.poll(() => revocations.status().connected).toBe(false)
    await vi.waitFor(() => expect(() => revocations.isRevoked(claims)).toThrow(unavailable))
    state.hangs = false
    await expect.poll(() => revocations.status().connected).toBe(true)
    expect(revocations.isRevoked(claims)).toBe(false)
  })

  test('a clock that jumps while the store answers loses nothing', async () => {
    const clock = { seconds: start }
    const revocations = process(createMemoryStore(), {}, clock)
    await revocations.ready()
    for (const jump of [3600, -7200]) {
      clock.seconds += jump
      expect(revocations.isRevoked(claims)).toBe(false)
    }
  })
})

test.each([
  { maxLag: '5s', interval: '5s' },
  { maxLag: '1s' },
  { maxLag: 0.1 },
  { interval: '60s' },
] as const)('%o is a way to follow a store', async (options) => {
  const revocations = createRevocations({
    ...{ store: createMemoryStore(), maxTokenLifetime: '15m', onStoreLost: 'refuse' },
    now: () => new Date(start * 1000),
    ...options,
  })
  onTestFinished(() => revocations.close())
  await revocations.ready()
  expect(revocations.isRevoked(claims)).toBe(false)
})

describe('a process that was suspended', () => {
  const cases = [
    { onStoreLost: 'refuse', seconds: 20 },
    { onStoreLost: { acceptFor: 300 }, seconds: 300 },
  ] as const
  test.each(cases)(
    'with $onStoreLost: knows that it has missed $seconds s',
    async ({ onStoreLost, seconds }) => {
      const store = createMemoryStore()
      // Its timers did not run meanwhile.
      const options = { interval: 10, maxLag: 20, onStoreLost }
      const elsewhere = process(store, options)
      const here = process({ ...store, subscribe: () => () => {} }, options)
      await Promise.all([here.ready(), elsewhere.ready()])
      await elsewhere.revoke({ jti: 'token_1' })
      const real = performance.now.bind(performance)
      const passed = vi.spyOn(performance, 'now')
      onTestFinished(() => passed.mockRestore())
      const wake = (after: number): unknown => passed.mockImplementation(() => real() + after * 1000)
      wake(seconds + 10)
      expect(here.isRevoked(claims), 'as long as between two reads').toBe(false)
      wake(seconds + 13)
      expect(() => here.isRevoked(claims)).toThrow(expect.objectContaining({ code: 'SB_STORE_UNAVAILABLE' }))
      await here.ready()
      expect(here.isRevoked(claims)).toBe(true)
      expect(here.isRevoked({ ...claims, jti: 'token_2' })).toBe(false)
    },
  )
})

describe('memory', () => {
  test('removes revocations that no valid token can have', async () => {
    const clock = { seconds: start }
    const revocations = process(createMemoryStore(), { interval: 60 }, clock)
    await revocations.ready()
    for (let i = 0; i < 5000; i++) {
      clock.seconds += 2
      await revocations.revoke({ jti: `token_${i}` })
    }
    expect(revocations.status().entries).toBeLessThanOrEqual(1024 + 1)
  })

  test('over its limit refuses everything issued until now, and stays within it', async () => {
    const clock = { seconds: start }
    const store = createMemoryStore()
    const revocations = process(store, { maxEntries: 10, interval: 60 }, clock)
    await revocations.ready()
    for (let i = 0; i < 11; i++) await revocations.revoke({ jti: `other_${i}` })
    expect(revocations.status().entries).toBeLessThanOrEqual(10)
    expect(revocations.isRevoked({ ...claims, jti: 'other_0' })).toBe(true)
    expect(revocations.isRevoked(claims)).toBe(true)
    expect(revocations.isRevoked({ ...claims, iat: start + 1 })).toBe(false)
  })
})

describe('watch', () => {
  test('calls when the token is revoked, by any of its claims', async () => {
    const store = createMemoryStore()
    const [here, elsewhere] = [process(store), process(store)]
    await Promise.all([here.ready(), elsewhere.ready()])
    const targets = [{ sid: 'a' }, { jti: 'a' }, { sub: 'a' }, { clientId: 'a' }]
    for (const [i, target] of targets.entries()) {
      let calls = 0
      const names = ['sid', 'jti', 'sub', 'client_id'].map((name, j) => [name, i === j ? 'a' : 'b'])
      const stop = here.watch({ ...claims, ...Object.fromEntries(names) }, () => {
        calls++
        stop()
      })
      await elsewhere.revoke({ ...target, [Object.keys(target)[0] ?? '']: 'other' } as RevocationTarget)
      await elsewhere.revoke(target as RevocationTarget)
      await expect.poll(() => calls).toBe(1)
    }
  })

  test('does not call for a token that was issued later, nor after it ended', async () => {
    const revocations = process(createMemoryStore())
    await revocations.ready()
    let calls = 0
    revocations.watch({ ...claims, iat: start + 1 }, () => calls++)
    revocations.watch(claims, () => calls++)()
    await revocations.revoke({ sub: 'user_1' })
    expect(calls).toBe(0)
  })

  test('calls all when the memory is full', async () => {
    const revocations = process(createMemoryStore(), { maxEntries: 5, interval: 60 })
    await revocations.ready()
    let calls = 0
    const stop = revocations.watch(claims, () => {
      calls++
      stop()
    })
    for (let i = 0; i < 6; i++) await revocations.revoke({ jti: `other_${i}` })
    expect(calls).toBe(1)
  })
})

test.each<{ title: string; options: object; message: RegExp }>([
  { title: 'no store', options: { store: undefined }, message: /^store: must be a revocation store/ },
  { title: 'no lifetime', options: { maxTokenLifetime: undefined }, message: /^maxTokenLifetime: required/ },
  {
    title: 'nothing for a lost store',
    options: { onStoreLost: undefined },
    message: /^onStoreLost: required/,
  },
  { title: 'another word', options: { onStoreLost: 'accept' }, message: /^onStoreLost: required/ },
  { title: 'no time', options: { onStoreLost: {} }, message: /^onStoreLost.acceptFor: required/ },
  { title: 'too short a time', options: { onStoreLost: { acceptFor: 1 } }, message: /shorter than maxLag/ },
  {
    title: 'a pause between two reads that is longer than maxLag',
    options: { maxLag: '5s', interval: '6s' },
    message: /^maxLag: is shorter than interval/,
  },
  { title: 'no interval', options: { interval: 0 }, message: /^interval/ },
  { title: 'no room', options: { maxEntries: 0 }, message: /^maxEntries/ },
  { title: 'a misspelt option', options: { maxLags: 1 }, message: /"maxLags"/ },
])('refuses $title', ({ options, message }) => {
  const good = { store: createMemoryStore(), maxTokenLifetime: '15m', onStoreLost: 'refuse' }
  // @ts-expect-error: on purpose
  expect(() => createRevocations({ ...good, ...options })).toThrow(message)
})

test.each([
  { clockTolerance: '5m', isKept: true },
  { clockTolerance: '301s', isKept: false },
  { clockTolerance: '1h', isKept: false },
] as const)(
  'a verifier accepts no token for longer than its revocation is kept: $clockTolerance',
  async (row) => {
    const revocations = process(createMemoryStore())
    const key = await generateKey('HS256')
    const create = () =>
      createVerifier({
        ...{ issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' },
        signature: { algorithms: ['HS256'], keys: key },
        clockTolerance: row.clockTolerance,
        revocations,
      })
    if (row.isKept) expect(create()).toBeDefined()
    else expect(create).toThrow(/^clockTolerance: must be at most 300 seconds with these revocations/)
  },
)
