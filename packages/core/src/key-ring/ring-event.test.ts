import { expect, test } from 'vitest'
import { createKeyRing, type KeyRing } from './key-ring.js'
import type { KeyRingOptions } from './options.js'
import type { KeyRingEvent } from './ring-event.js'
import { createMemoryRings } from './store.js'

/** Lead 390 s, trust 3,690 s. */
const times = { maxAge: '5m', maxTokenLifetime: '1h', clockTolerance: '1m', reloadEvery: '30s' } as const

async function setUp(options: Partial<KeyRingOptions> = {}) {
  let seconds = 1_800_000_000
  const events: KeyRingEvent[] = []
  const store = createMemoryRings()
  const now = (): Date => new Date(seconds * 1000)
  const onEvent = (event: KeyRingEvent): void => {
    events.push(event)
  }
  const ring = await createKeyRing({ keys: ['ES256'], ...times, store, now, onEvent, ...options })
  const pass = async (by: number): Promise<void> => {
    seconds += by
    await ring.ready()
  }
  return { events, ring, store, pass }
}

const kidsOf = (ring: KeyRing): readonly string[] => ring.status().map(({ kid }) => kid)

test('a rotation, from the publication of the next key to the end of the last', async () => {
  const { events, ring, pass } = await setUp()
  const [first, second] = kidsOf(ring)
  await ring.rotate()
  await pass(390)
  // The next one is made in the background.
  await pass(30)
  await pass(3_690)
  const third = kidsOf(ring).at(-1)
  expect(events).toEqual([
    { type: 'opened', keys: 2 },
    { type: 'rotated', alg: 'ES256', kid: second, previous: first },
    { type: 'published', alg: 'ES256', kid: third },
    { type: 'expired', alg: 'ES256', kid: first },
  ])
  expect(events.every((event) => Object.isFrozen(event))).toBe(true)
})

test('a revocation, with the key that takes its place', async () => {
  const { events, ring } = await setUp({ name: 'main' })
  const [first = '', second] = kidsOf(ring)
  await ring.revoke(first)
  const [, third] = kidsOf(ring)
  const key = { ring: 'main', alg: 'ES256' }
  expect(events.slice(1)).toEqual([
    { type: 'revoked', ...key, kid: first },
    { type: 'rotated', ...key, kid: second, previous: first },
    { type: 'published', ...key, kid: third },
  ])
})

test('an algorithm that ends', async () => {
  const { store, ring } = await setUp()
  const [first, second] = kidsOf(ring)
  const { events, ring: next } = await setUp({ store, keys: ['EdDSA'] })
  const [added] = next.status().filter(({ alg }) => alg === 'EdDSA')
  await next.retire('ES256')
  expect(events).toEqual([
    { type: 'opened', keys: 2 },
    { type: 'published', alg: 'EdDSA', kid: added?.kid },
    { type: 'expired', alg: 'ES256', kid: second },
    { type: 'retired', alg: 'ES256', kid: first },
  ])
})

test('a store that fails in the background', async () => {
  const rings = createMemoryRings()
  let load = rings.load
  const errors: unknown[] = []
  const store = { ...rings, load: () => load() }
  const { events, pass } = await setUp({ store, onError: (error) => errors.push(error) })
  load = () => Promise.reject(new Error('correct-horse'))
  await pass(30)
  expect(errors).toHaveLength(1)
  expect(events.slice(1)).toEqual([{ type: 'update-failed' }])
  load = async () => ({ text: 'no ring', version: '1' })
  await pass(60)
  expect(events.slice(2)).toEqual([{ type: 'update-failed', code: 'SB_RING_UNREADABLE' }])
})

test.each(['log', null, {}])('onEvent must be a function: %j', async (onEvent) => {
  // @ts-expect-error plain JavaScript can pass anything
  await expect(setUp({ onEvent })).rejects.toThrow(/^onEvent: must be a function/)
})
