import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from '../keys/generate.js'
import type { Key, KeySet } from '../keys/key.js'
import { createFileStore } from './file-store.js'
import { createKeyRing, type KeyRing } from './key-ring.js'
import type { KeyRingOptions } from './options.js'
import { createSealedStore } from './sealed-store.js'
import { createMemoryRings, type KeyRingStore } from './store.js'

/**
 * What a ring trusts while its store fails, is empty, or goes back in time. The attacker has a copy of a key that was
 * revoked, and can issue tokens with it at any time.
 */

const party = { issuer: 'https://auth.example', audience: 'https://api.example', typ: 'at+jwt' }
let seconds = 1_800_000_000
const now = (): Date => new Date(seconds * 1000)
const issue = async (keys: Key | KeyRing): Promise<string> => {
  const signature = { algorithm: 'EdDSA', keys } as const
  const issuer = createIssuer({ ...party, lifetime: '15m', signature, now })
  return (await issuer.issue({})).token
}
const verifierOf = (keys: KeySet) =>
  createVerifier({ ...party, signature: { algorithms: ['EdDSA'], keys }, now })
const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? 'another error',
  )

let stolen: Key
let folder: string
let path: string
beforeAll(async () => {
  stolen = await generateKey('EdDSA', { kid: 'stolen', extractable: true })
  folder = await mkdtemp(join(tmpdir(), 'sealbearer-distrust-'))
})
beforeEach(async () => {
  path = join(await mkdtemp(join(folder, 'ring-')), 'keys.json')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const withStolen = {
  keys: [
    {
      alg: 'EdDSA',
      get initial() {
        return stolen
      },
    },
  ],
} as const
const open = (store: KeyRingStore, options: Partial<KeyRingOptions> = {}): Promise<KeyRing> =>
  createKeyRing({ keys: ['EdDSA'], store, now, onError: () => {}, ...options })

/** A store that a test can break. */
function breakable(inner: KeyRingStore = createMemoryRings()) {
  const state: { load?: KeyRingStore['load']; save?: KeyRingStore['save'] } = {}
  const store: KeyRingStore = {
    load: () => (state.load ?? inner.load)(),
    save: (...args) => (state.save ?? inner.save)(...args),
  }
  return { state, store, inner }
}
const eio = () => Promise.reject(Object.assign(new Error('a path with a secret in it'), { code: 'EIO' }))

describe('a store that cannot be read', () => {
  test.each([
    { title: 'one hour by default', maxStale: undefined, last: 3_599, over: 3_600 },
    { title: 'maxStale', maxStale: '10m' as const, last: 599, over: 600 },
  ])('trusts a key that another process revoked for $title', async ({ maxStale, last, over }) => {
    const { state, store, inner } = breakable()
    const revoking = await open(inner, withStolen)
    const ring = await open(store, maxStale === undefined ? {} : { maxStale })
    const verifier = verifierOf(ring)
    const start = seconds
    state.load = eio
    await revoking.revoke('stolen')
    seconds = start + last
    expect(await outcomeOf(verifier.verify(await issue(stolen)))).toBe('accepted')
    seconds = start + over
    const token = await issue(stolen)
    expect(await outcomeOf(verifier.verify(token))).toBe('SB_KEYS_UNAVAILABLE')
    expect(await outcomeOf(issue(ring))).toBe('SB_KEYS_UNAVAILABLE')
    await expect(ring.ready()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    delete state.load
    seconds += 30
    expect(await outcomeOf(verifier.verify(token))).toBe('SB_KEY_NOT_FOUND')
    expect(await outcomeOf(verifier.verify(await issue(ring)))).toBe('accepted')
  })

  test('ends trust in cached tokens too', async () => {
    const { state, store } = breakable()
    const ring = await open(store, { maxStale: '10m' })
    const verifier = verifierOf(ring)
    const token = await issue(ring)
    for (let i = 0; i < 2; i++) expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    state.load = eio
    seconds += 599
    for (let i = 0; i < 2; i++) expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    seconds += 1
    expect(await outcomeOf(verifier.verify(token))).toBe('SB_KEYS_UNAVAILABLE')
  })

  test('that can be read but not written does not hide revocations by others', async () => {
    const { state, store, inner } = breakable()
    const revoking = await open(inner, withStolen)
    const ring = await open(store, { rotateEvery: '10m' })
    state.save = eio
    await revoking.revoke('stolen')
    for (let i = 0; i < 30; i++) {
      seconds += 31
      await ring.ready()
    }
    expect(await outcomeOf(verifierOf(ring).verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
    expect(await outcomeOf(verifierOf(ring).verify(await issue(revoking)))).toBe('accepted')
  })

  test('is warned about once, without the text of the error, where there is no onError', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    try {
      const { state, store } = breakable()
      const ring = await createKeyRing({ keys: ['EdDSA'], store, now })
      const quiet = await open(store)
      expect(warnings).not.toHaveBeenCalled()
      state.load = eio
      for (let i = 0; i < 3; i++) {
        seconds += 40
        await Promise.all([ring.ready(), quiet.ready()])
      }
      expect(warnings).toHaveBeenCalledTimes(1)
      expect(warnings.mock.calls[0]?.[0]).toMatch(/key ring could not be updated.*\(EIO\).*onError/)
      expect(JSON.stringify(warnings.mock.calls)).not.toContain('secret')
    } finally {
      warnings.mockRestore()
    }
  })
})

test('a store that hangs delays one request by half a second, and no other', async () => {
  const { state, store } = breakable()
  const ring = await open(store)
  const verifier = verifierOf(ring)
  const token = await issue(ring)
  state.load = () => new Promise(() => {})
  seconds += 31
  const times: number[] = []
  for (let i = 0; i < 20; i++) {
    const start = performance.now()
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted')
    await ring.ready()
    times.push(performance.now() - start)
  }
  expect(times[0]).toBeGreaterThan(450)
  expect(times.slice(1).every((time) => time < 250)).toBe(true)
})

const stores = [
  { title: 'in memory', make: async () => createMemoryRings() },
  { title: 'in a file', make: async () => createFileStore(path) },
  {
    title: 'in a sealed file',
    make: async () => createFileStore(path, { key: await generateKey('dir', { enc: 'A256GCM' }) }),
  },
]

describe.each(stores)('a ring $title', ({ make }) => {
  test('that is missing for a moment is not created again', async () => {
    const { state, store } = breakable(await make())
    const errors: unknown[] = []
    const options = { ...withStolen, onError: (error: unknown) => errors.push(error) }
    const ring = await open(store, options)
    await ring.revoke('stolen')
    const good = await issue(ring)
    const verifier = verifierOf(ring)
    let saves = 0
    Object.assign(state, { load: async () => undefined, save: async () => `${++saves}` })
    seconds += 31
    expect(await outcomeOf(verifier.verify(good))).toBe('accepted')
    expect(await outcomeOf(verifier.verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
    await expect(ring.rotate()).rejects.toMatchObject({ code: 'SB_RING_MISSING' })
    expect(errors).toMatchObject([{ code: 'SB_RING_MISSING' }])
    expect(saves).toBe(0)
    for (const name of ['load', 'save'] as const) delete state[name]
    seconds += 31
    expect(await outcomeOf(verifier.verify(good))).toBe('accepted')
    expect(errors).toHaveLength(1)
  })

  test('keeps revoked keys, for processes that start later', async () => {
    const store = await make()
    const ring = await open(store, withStolen)
    await ring.revoke('stolen')
    const later = await open(store, withStolen)
    expect(await outcomeOf(verifierOf(later).verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
    expect(await outcomeOf(verifierOf(later).verify(await issue(ring)))).toBe('accepted')
    // Known to the ring, so this is no misspelt kid.
    await expect(later.revoke('stolen')).resolves.toBeUndefined()
    await expect(later.revoke('misspelt')).rejects.toThrow(TypeError)
    await expect(open(store, withStolen)).resolves.toBeDefined()
  })

  test('is not created with create: false', async () => {
    const store = await make()
    await expect(open(store, { create: false })).rejects.toMatchObject({ code: 'SB_RING_MISSING' })
    await open(store)
    await expect(open(store, { create: false })).resolves.toBeDefined()
  })
})

describe('an older state', () => {
  /** A ring in which a key is revoked, a process that knows, and what the store held before. */
  async function setUp() {
    const { state, store, inner } = breakable()
    const errors: unknown[] = []
    await open(store, withStolen)
    const older = await inner.load()
    const ring = await open(store, { onError: (error) => errors.push(error) })
    await ring.revoke('stolen')
    const goBack = async () => inner.save(older?.text ?? '', (await inner.load())?.version)
    return { state, store, inner, ring, errors, goBack }
  }

  test('restores no revoked key, is reported, and is replaced by the state of this process', async () => {
    const { store, ring, errors, goBack } = await setUp()
    const verifier = verifierOf(ring)
    const good = await issue(ring)
    await goBack()
    seconds += 31
    expect(await outcomeOf(verifier.verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
    expect(await outcomeOf(verifier.verify(good))).toBe('accepted')
    expect(errors).toMatchObject([{ code: 'SB_RING_REPLACED', parameter: 'revision' }])
    const later = await open(store)
    expect(await outcomeOf(verifierOf(later).verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
    expect(await outcomeOf(verifierOf(later).verify(good))).toBe('accepted')
  })

  test('with changes of its own restores no revoked key either', async () => {
    const { store, ring, goBack } = await setUp()
    await goBack()
    const fork = await open(store)
    seconds += 400
    for (let i = 0; i < 4; i++) {
      await fork.rotate()
      seconds += 400
    }
    await ring.ready()
    expect(await outcomeOf(verifierOf(ring).verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
    await fork.ready()
    expect(await outcomeOf(verifierOf(fork).verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
  })

  test('that this process has read is no error', async () => {
    const { ring, errors } = await setUp()
    for (let i = 0; i < 3; i++) {
      seconds += 31
      await ring.ready()
    }
    expect(errors).toEqual([])
  })

  test.each(stores.slice(1))(
    'of a ring $title is refused by processes that start later',
    async ({ make }) => {
      const store = await make()
      const ring = await open(store, withStolen)
      await copyFile(path, `${path}.backup`)
      await ring.revoke('stolen')
      await copyFile(path, `${path}.latest`)
      await copyFile(`${path}.backup`, path)
      await expect(open(store)).rejects.toMatchObject({ code: 'SB_RING_REPLACED' })
      seconds += 31
      await expect(ring.rotate()).rejects.toMatchObject({ code: 'SB_RING_REPLACED' })
      expect(await outcomeOf(verifierOf(ring).verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
      await rm(path)
      await expect(open(store)).rejects.toMatchObject({ code: 'SB_RING_MISSING' })
      await copyFile(`${path}.latest`, path)
      await expect(open(store)).resolves.toBeDefined()
      await expect(ring.rotate()).resolves.toBeUndefined()
      // On purpose.
      await Promise.all([rm(path), rm(`${path}.seen`)])
      await expect(open(store)).resolves.toBeDefined()
    },
  )
})

describe('another ring under the same sealing key', () => {
  async function setUp(
    options: readonly [production: Partial<KeyRingOptions>, test: Partial<KeyRingOptions>],
  ) {
    const sealing = await generateKey('dir', { enc: 'A256GCM' })
    const [inner, other] = [createMemoryRings(), createMemoryRings()]
    const [store, testing] = [createSealedStore(inner, sealing), createSealedStore(other, sealing)]
    const ring = await open(store, options[0])
    await open(testing, { ...withStolen, ...options[1] })
    const swap = async () => inner.save((await other.load())?.text ?? '', (await inner.load())?.version)
    return { store, ring, swap }
  }

  test('is refused by a running process', async () => {
    const { ring, swap } = await setUp([{}, {}])
    await swap()
    seconds += 31
    expect(await outcomeOf(verifierOf(ring).verify(await issue(stolen)))).toBe('SB_KEY_NOT_FOUND')
    expect(await outcomeOf(verifierOf(ring).verify(await issue(ring)))).toBe('accepted')
    await expect(ring.rotate()).rejects.toMatchObject({ code: 'SB_RING_REPLACED', parameter: 'id' })
  })

  test.each([
    { title: 'another name', names: ['production', 'test'] },
    { title: 'no name', names: ['production', undefined] },
    { title: 'a name where none is expected', names: [undefined, 'test'] },
  ])('is refused at startup for $title', async ({ names }) => {
    const [mine = {}, others = {}] = names.map((name) => (name === undefined ? {} : { name }))
    const { store, swap } = await setUp([mine, others])
    await expect(open(store, mine)).resolves.toBeDefined()
    await swap()
    await expect(open(store, mine)).rejects.toMatchObject({ code: 'SB_RING_REPLACED', parameter: 'name' })
  })
})
