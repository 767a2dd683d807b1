import { describe, expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { createKeyRing, type KeyRing } from './key-ring.js'
import type { KeyRingOptions } from './options.js'
import { createMemoryRings } from './store.js'

/** A ring of several algorithms whose keys need no lead, and its clock. */
async function setUp(options: Partial<KeyRingOptions> = {}) {
  const clock = { seconds: 1_800_000_000 }
  const now = (): Date => new Date(clock.seconds * 1000)
  const times = { maxAge: 0, clockTolerance: 0, maxTokenLifetime: 60 } as const
  const ring = await createKeyRing({ keys: ['ES256', 'EdDSA', 'HS256'], ...times, now, ...options })
  return { ring, clock }
}

const kidOf = (ring: KeyRing, alg: string, phase = 'active'): string =>
  ring.status().find((key) => key.alg === alg && key.phase === phase)?.kid ?? 'none'
const active = (ring: KeyRing): string[] => ['ES256', 'EdDSA', 'HS256'].map((alg) => kidOf(ring, alg))

describe('rotate', () => {
  test('rotates the named algorithm, and no other', async () => {
    const { ring, clock } = await setUp()
    const [es, ed, hs] = active(ring)
    await ring.rotate('EdDSA')
    clock.seconds += 1
    const now = active(ring)
    expect([now[0], now[2]]).toEqual([es, hs])
    expect(now[1]).not.toBe(ed)
    expect(now[1]).not.toBe('none')
  })

  test('rotates all algorithms by default, each once', async () => {
    const { ring, clock } = await setUp()
    const before = active(ring)
    const next = ['ES256', 'EdDSA', 'HS256'].map((alg) => kidOf(ring, alg, 'next'))
    await ring.rotate()
    clock.seconds += 1
    expect(active(ring)).toEqual(next)
    expect(active(ring)).not.toEqual(before)
  })

  test('refuses an algorithm that is not in the ring, and changes nothing', async () => {
    const { ring } = await setUp()
    const before = active(ring)
    await expect(ring.rotate(untyped('RS256'))).rejects.toThrow(
      /^rotate: the ring has no active key for this algorithm; status\(\) lists its keys$/,
    )
    expect(active(ring)).toEqual(before)
  })

  test('refuses an algorithm whose first key is not active yet, and accepts it afterwards', async () => {
    const store = createMemoryRings()
    const lead = { maxAge: 60 } as const
    const { clock } = await setUp({ store, keys: ['ES256'], ...lead })
    const now = (): Date => new Date(clock.seconds * 1000)
    const { ring } = await setUp({ store, keys: ['ES256', 'EdDSA'], ...lead, now })
    expect(kidOf(ring, 'EdDSA')).toBe('none')
    const first = kidOf(ring, 'EdDSA', 'next')
    await expect(ring.rotate('EdDSA')).rejects.toThrow(
      /^rotate: the ring has no active key for this algorithm; status\(\) lists its keys$/,
    )
    clock.seconds += 1_000
    await ring.ready()
    expect(kidOf(ring, 'EdDSA')).toBe(first)
    await expect(ring.rotate('EdDSA')).resolves.toBeUndefined()
  })
})

describe('revoke', () => {
  test('revokes the named key, and no other', async () => {
    const { ring } = await setUp()
    const [es, ed, hs] = active(ring)
    const heir = kidOf(ring, 'EdDSA', 'next')
    await ring.revoke(String(ed))
    expect(active(ring)).toEqual([es, heir, hs])
    expect(ring.kids()).not.toContain(ed)
  })

  test('revokes a key that another process has created, or revoked, meanwhile', async () => {
    const store = createMemoryRings()
    const { ring } = await setUp({ store })
    const { ring: other } = await setUp({ store })
    const known = [kidOf(ring, 'ES256'), kidOf(ring, 'HS256')]
    await other.revoke(String(known[0]))
    const made = kidOf(other, 'ES256', 'next')
    expect(ring.kids()).toEqual(expect.arrayContaining(known))
    expect(ring.kids()).not.toContain(made)
    // The one is not in the store any more, the other not yet in this process.
    await expect(ring.revoke(String(known[0]))).resolves.toBeUndefined()
    const third = kidOf(ring, 'ES256', 'next')
    expect(third).toBe(made)
    await other.revoke(kidOf(other, 'EdDSA'))
    const fresh = kidOf(other, 'EdDSA', 'next')
    expect(ring.kids()).not.toContain(fresh)
    await expect(ring.revoke(fresh)).resolves.toBeUndefined()
    expect(ring.kids()).not.toContain(fresh)
    expect(kidOf(ring, 'EdDSA', 'next')).not.toBe('none')
    await expect(ring.revoke('typo')).rejects.toThrow(/^revoke: /)
  })

  test('refuses an unknown kid, and changes nothing', async () => {
    const { ring } = await setUp()
    const before = ring.status()
    await expect(ring.revoke('typo')).rejects.toThrow(/^revoke: the ring has no key with this kid; /)
    expect(ring.status()).toEqual(before)
  })
})

describe('retire', () => {
  test('refuses an algorithm of the options, with enc or without', async () => {
    const { ring } = await setUp({ keys: ['HS256', { alg: 'dir', enc: 'A128GCM' }] })
    for (const alg of ['HS256', 'dir']) {
      await expect(ring.retire(untyped(alg))).rejects.toThrow(/is still in the option keys of this ring/)
    }
    await expect(ring.retire(untyped('di'))).resolves.toBeUndefined()
  })

  test('retires the keys of the named algorithm, and no other', async () => {
    const store = createMemoryRings()
    await setUp({ store })
    const { ring, clock } = await setUp({ store, keys: ['ES256'] })
    const [es, , hs] = active(ring)
    await ring.retire('EdDSA')
    clock.seconds += 1
    expect(kidOf(ring, 'EdDSA')).toBe('none')
    expect([kidOf(ring, 'ES256'), kidOf(ring, 'HS256')]).toEqual([es, hs])
  })
})
