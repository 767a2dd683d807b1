import { createKeyRing, type KeyRing } from '@sealbearer/core'
import type { KeyRingStore } from '@sealbearer/core/key-ring'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines, type StartedEngine } from './stores.js'

const day = 86_400_000

describe.each(engines)('rings of several hosts on $title', ({ isInstalled, start }) => {
  let started: StartedEngine | undefined
  beforeAll(async () => {
    if (isInstalled) started = await start()
  })
  afterAll(() => started?.stop())

  let time = 1_800_000_000_000
  const now = (): Date => new Date(time)
  const openRing = (store: KeyRingStore): Promise<KeyRing> =>
    createKeyRing({ keys: ['ES256'], rotateEvery: '30d', store, now })

  /** The keys as the store has them, read by a host that starts now. */
  const kidsOf = async (store: KeyRingStore) => {
    const phases = (await openRing(store)).status().map(({ phase, kid }) => [phase, kid] as const)
    const of = (wanted: string) => phases.filter(([phase]) => phase === wanted).map(([, kid]) => kid)
    return { next: of('next'), active: of('active'), retiring: of('retiring'), count: phases.length }
  }

  test.skipIf(!isInstalled)('hosts that start, rotate and revoke at once do it once', async () => {
    const open = started?.newWorld()
    if (open === undefined) throw new Error('no engine')
    const hosts = Array.from({ length: 4 }, () => open(now))
    const [store] = hosts
    if (store === undefined) throw new Error('no host')

    const rings = await Promise.all(hosts.map(openRing))
    const first = await kidsOf(store)
    expect(first).toMatchObject({ active: [expect.any(String)], next: [expect.any(String)], count: 2 })
    for (const ring of rings) {
      expect(
        ring
          .status()
          .map(({ kid }) => kid)
          .sort(),
      ).toEqual([...first.active, ...first.next].sort())
    }

    time += day
    await Promise.all(rings.map((ring) => ring.rotate()))
    const second = await kidsOf(store)
    expect(second).toMatchObject({ active: first.next, retiring: first.active, count: 3 })

    time += 31 * day
    await Promise.all(rings.map((ring) => ring.ready()))
    const third = await kidsOf(store)
    expect(third).toMatchObject({ active: second.next, next: [expect.any(String)] })

    await Promise.all(rings.map((ring) => ring.revoke(third.active[0] ?? '')))
    const fourth = await kidsOf(store)
    expect(fourth.active).toEqual(third.next)
    expect(fourth.count).toBeGreaterThanOrEqual(1)
  })
})
