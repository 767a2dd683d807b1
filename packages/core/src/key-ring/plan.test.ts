import { describe, expect, test } from 'vitest'
import {
  maintain,
  needsMaintenance,
  type RingTiming,
  retired,
  revoked,
  rotated,
  type Series,
} from './plan.js'
import { emptyRing, nextChange, phaseAt, type RingEntry, type RingState } from './ring-state.js'

const timing: RingTiming = { lead: 10, rotateEvery: undefined, reloadEvery: 5 }
const scheduled: RingTiming = { ...timing, rotateEvery: 100 }

let made = 0
const seriesOf = (id: string, parts: Partial<Series> = {}): Series => ({
  id,
  use: 'sig',
  trustFor: 50,
  create: async () => ({ kty: 'EC', kid: `made ${++made}`, alg: 'ES256', use: 'sig', d: 'private' }),
  initial: undefined,
  publicHalf: ({ d: _, ...jwk }) => jwk,
  ...parts,
})
const a = seriesOf('a')
const b = seriesOf('b')

const entry = (kid: string, parts: Partial<RingEntry> = {}): RingEntry => ({
  jwk: { kty: 'EC', kid, alg: 'ES256', use: 'sig', d: 'private' },
  ...{ series: 'a', published: 0, lead: 10, trustFor: 50, activeFrom: undefined, activeUntil: undefined },
  ...parts,
})
const ring = (...entries: RingEntry[]): RingState => ({ entries, lead: 10, revoked: [] })
const active = entry('active', { activeFrom: 0 })
const next = entry('next', { published: 20 })
const other = entry('other', { series: 'b', activeFrom: 0 })
const otherNext = entry('other next', { series: 'b' })

/** What stands where at a time: kid, phase, and the plan. */
const plan = ({ entries }: RingState, now = 100) =>
  entries.map((one) => `${one.jwk.kid}: ${phaseAt(one, now)} ${one.activeFrom}–${one.activeUntil}`)

test('a key changes its phase at the exact second', () => {
  const one = entry('one', { activeFrom: 10, activeUntil: 20 })
  const times = [9, 10, 19, 20, 69, 70]
  expect(times.map((now) => phaseAt(one, now))).toEqual([
    'next',
    'active',
    'active',
    'retiring',
    'retiring',
    'gone',
  ])
  expect(times.map((now) => nextChange([one], now))).toEqual([10, 20, 20, 70, 70, Number.POSITIVE_INFINITY])
  expect(nextChange([next, active], 5)).toBe(Number.POSITIVE_INFINITY)
})

describe('rotated', () => {
  test.each([
    { title: 'at once when the next key is known', now: 30, at: 30 },
    { title: 'later when it is not', now: 25, at: 30 },
  ])('changes over $title', ({ now, at }) => {
    expect(plan(rotated(ring(active, next, other), 'a', 'active', now), at)).toEqual([
      `active: retiring 0–${at}`,
      `next: active ${at}–undefined`,
      'other: active 0–undefined',
    ])
  })

  test('never postpones a planned changeover, but can advance it', () => {
    const [until, from] = [
      { ...active, activeUntil: 60 },
      { ...next, activeFrom: 60 },
    ]
    expect(plan(rotated(ring(until, from), 'a', 'active', 40), 40)).toEqual([
      'active: retiring 0–40',
      'next: active 40–undefined',
    ])
    for (const state of [ring({ ...active, activeUntil: 30 }, { ...next, activeFrom: 30 })]) {
      expect(rotated(state, 'a', 'active', 25)).toBe(state)
    }
  })

  test.each([
    { title: 'another key is active by now', state: ring(active, next), id: 'a', seen: 'before' },
    { title: 'none waits', state: ring(active, other), id: 'a', seen: 'active' },
    { title: 'none is active', state: ring(next, other), id: 'a', seen: 'next' },
    { title: 'none is active and none was', state: ring(next), id: 'a', seen: undefined },
    { title: 'the series is empty', state: ring(active, next), id: 'b', seen: 'active' },
  ])('changes nothing where $title', ({ state, id, seen }) => {
    expect(rotated(state, id, seen, 40)).toBe(state)
  })
})

describe('revoked', () => {
  test('replaces an active key by the next one immediately', () => {
    expect(plan(revoked(ring(active, next, other, otherNext), 'active', 21), 21)).toEqual([
      'next: active 21–undefined',
      'other: active 0–undefined',
      'other next: next undefined–undefined',
    ])
  })

  test('leaves no key if there is no next one', () => {
    expect(plan(revoked(ring(active, other), 'active', 21), 21)).toEqual(['other: active 0–undefined'])
  })

  test('cancels the changeover to a next key', () => {
    const state = ring({ ...active, activeUntil: 60 }, { ...next, activeFrom: 60 }, other)
    expect(plan(revoked(state, 'next', 40), 40)).toEqual([
      'active: active 0–undefined',
      'other: active 0–undefined',
    ])
    expect(plan(revoked(ring(next, other), 'next', 40), 40)).toEqual(['other: active 0–undefined'])
  })

  test('removes a retiring key, and changes no other', () => {
    const old = entry('old', { activeFrom: -50, activeUntil: 0 })
    const state = ring(old, { ...active, activeUntil: 60 }, { ...next, activeFrom: 60 })
    expect(plan(revoked(state, 'old', 40), 40)).toEqual(['active: active 0–60', 'next: next 60–undefined'])
    expect(revoked(state, 'unknown', 40).entries).toBe(state.entries)
  })

  test('remembers the kid, once, and the latest thousand', () => {
    const once = revoked(ring(active, next), 'active', 40)
    expect(once.revoked).toEqual(['active'])
    expect(revoked(once, 'active', 50)).toBe(once)
    let many = once
    for (let i = 0; i < 1_000; i++) many = revoked(many, `kid ${i}`, 50)
    expect(many.revoked).toHaveLength(1_000)
    expect(many.revoked).not.toContain('active')
    expect(many.revoked.at(-1)).toBe('kid 999')
  })
})

describe('retired', () => {
  test('ends a series', () => {
    expect(plan(retired(ring(active, next, other, otherNext), 'a', 40), 40)).toEqual([
      'active: retiring 0–40',
      'other: active 0–undefined',
      'other next: next undefined–undefined',
    ])
  })

  test('without an active key by removing the next one', () => {
    expect(plan(retired(ring(next, other), 'a', 40), 40)).toEqual(['other: active 0–undefined'])
    expect(plan(retired(ring(active), 'a', 40), 40)).toEqual(['active: retiring 0–40'])
  })
})

describe('maintain', () => {
  const maintained = (
    state: RingState,
    parts: { series?: Series[]; timing?: RingTiming; now?: number; urgent?: string },
  ) => maintain(state, parts.series ?? [a], parts.timing ?? timing, () => parts.now ?? 100, parts.urgent)

  test('creates the first keys of a new ring immediately, the initial one first', async () => {
    const initial = { kty: 'EC', kid: 'initial', alg: 'ES256', use: 'sig' } as const
    const { entries, lead } = await maintained(emptyRing, { series: [seriesOf('a', { initial }), b] })
    expect(lead).toBe(10)
    expect(entries.map((one) => `${one.series} ${phaseAt(one, 100)}`)).toEqual([
      'a active',
      'a next',
      'b active',
      'b next',
    ])
    expect(entries[0]).toMatchObject({
      jwk: initial,
      published: 100,
      activeFrom: 100,
      trustFor: 50,
      lead: 10,
    })
  })

  test('delays the first key of an existing ring, unless it is urgent', async () => {
    const state = ring(other, otherNext)
    const waiting = await maintained(state, { series: [a, b] })
    expect(waiting.entries.filter(({ series }) => series === 'a')).toMatchObject([{ activeFrom: 110 }])
    const urgent = await maintained(state, { series: [a, b], urgent: 'a' })
    expect(urgent.entries.filter(({ series }) => series === 'a')).toMatchObject([
      { activeFrom: 100 },
      { activeFrom: undefined },
    ])
  })

  test('uses the longer lead, the previous or the new one', async () => {
    const before = await maintained({ entries: [active], lead: 70, revoked: [] }, {})
    expect(before.entries[1]).toMatchObject({ lead: 70 })
    expect(before.lead).toBe(10)
    const after = await maintained({ entries: [active], lead: 3, revoked: [] }, {})
    expect(after.entries[1]).toMatchObject({ lead: 10 })
  })

  test('removes keys that have been gone for a day, and no others', async () => {
    const old = entry('old', { activeFrom: 0, activeUntil: 50 })
    const day = 86_400
    expect(plan(await maintained(ring(old, active, next), { now: 99 + day }))).toHaveLength(3)
    expect(plan(await maintained(ring(old, active, next), { now: 100 + day }))).toHaveLength(2)
  })

  test('never trusts a key again that is gone', async () => {
    const old = entry('old', { activeFrom: 0, activeUntil: 50, trustFor: 40 })
    expect(plan(await maintained(ring(old, active, next), { now: 100 }))[0]).toBe('old: gone 0–50')
    expect(needsMaintenance(ring(old, active, next), [a], timing, 100)).toBe(false)
    expect(needsMaintenance(ring(old, active, next), [a], timing, 89)).toBe(true)
  })

  test.each([
    { title: 'a key that the ring has', kid: 'active', state: ring(active) },
    { title: 'a key that was revoked', kid: 'revoked', state: { ...ring(active), revoked: ['revoked'] } },
  ])('refuses a new key with the kid of $title', async ({ kid, state }) => {
    const create = (made: string) => async () => ({ ...active.jwk, kid: made })
    await expect(maintained(state, { series: [seriesOf('a', { create: create(kid) })] })).rejects.toThrow(
      TypeError,
    )
    const { entries } = await maintained(state, { series: [seriesOf('a', { create: create('new') })] })
    expect(entries).toHaveLength(2)
  })

  test('keeps the private half of a signature key until no process uses it', async () => {
    const old = entry('old', { activeFrom: 0, activeUntil: 60 })
    const sealing = { ...old, jwk: { ...old.jwk, kid: 'sealing', use: 'enc' as const } }
    const attacker = { ...old, series: 'c', jwk: { ...old.jwk, kid: 'attacker' } }
    const hasPrivate = async (now: number) => {
      const state = await maintained(ring(old, sealing, attacker, active, next), { now })
      return state.entries.slice(0, 4).map(({ jwk }) => `${jwk.kid}: ${'d' in jwk}`)
    }
    const [kept, spent] = [await hasPrivate(64), await hasPrivate(65)]
    expect(kept).toEqual(['old: true', 'sealing: true', 'attacker: true', 'active: true'])
    expect(spent).toEqual(['old: false', 'sealing: true', 'attacker: true', 'active: true'])
  })

  describe('after a change by a host whose clock is ahead', () => {
    const ahead = 100_000
    test.each([
      { title: 'a new ring', state: ring({ ...active, published: ahead, activeFrom: ahead }, next) },
      { title: 'a revocation', state: ring({ ...next, activeFrom: ahead }, entry('after')) },
      {
        title: 'a changeover that seemed to be in the past',
        state: ring({ ...active, activeUntil: 130, isSpent: true }, { ...next, activeFrom: 130 }),
      },
    ])('has an active key immediately: $title', async ({ state }) => {
      expect(needsMaintenance(state, [a], timing, 100)).toBe(true)
      const { entries } = await maintained(state, { now: 100 })
      expect(entries.filter((one) => phaseAt(one, 100) === 'active')).toHaveLength(1)
    })

    test('rotates once its own lead is over', () => {
      const state = ring(active, { ...next, published: ahead })
      expect(plan(rotated(state, 'a', 'active', 100), 110)).toEqual([
        'active: retiring 0–110',
        'next: active 110–undefined',
      ])
    })

    test('still delays the first key of a new series by its lead', async () => {
      const waiting = ring({ ...next, published: 95, activeFrom: 105 }, entry('after'))
      expect(plan(await maintained(waiting, { now: 100 }))).toEqual(plan(waiting))
      expect(needsMaintenance(waiting, [a], timing, 100)).toBe(false)
    })
  })

  test('plans by schedule: never before caches know the next key, never in the past, never later than planned', async () => {
    const timed = async (state: RingState, now: number, by: RingTiming = scheduled) =>
      plan(await maintained(state, { timing: by, now }), now)
    expect(await timed(ring(active, next), 50)).toEqual(['active: active 0–100', 'next: next 100–undefined'])
    expect(await timed(ring(active, { ...next, published: 95 }), 96)).toEqual([
      'active: active 0–105',
      'next: next 105–undefined',
    ])
    expect((await timed(ring(active, next), 120)).slice(0, 2)).toEqual([
      'active: retiring 0–120',
      'next: active 120–undefined',
    ])
    const planned = ring({ ...active, activeUntil: 70 }, { ...next, activeFrom: 70 })
    expect(await timed(planned, 50)).toEqual(['active: active 0–70', 'next: next 70–undefined'])
    const late = ring({ ...active, activeUntil: 130 }, { ...next, activeFrom: 130 })
    expect(await timed(late, 50)).toEqual(['active: active 0–100', 'next: next 100–undefined'])
    expect(await timed(ring(active, next), 50, timing)).toEqual([
      'active: active 0–undefined',
      'next: next undefined–undefined',
    ])
  })

  test('trusts keys as long as the current options say, and never for less than planned', async () => {
    const trust = async (trustFor: number, others: readonly Series[] = [b]) => {
      const state = await maintained(ring(active, next, other, otherNext), {
        series: [seriesOf('a', { trustFor }), ...others],
      })
      return state.entries.map((one) => one.trustFor)
    }
    expect(await trust(80)).toEqual([80, 80, 50, 50])
    expect(await trust(20)).toEqual([50, 50, 50, 50])
    expect(await trust(80, [])).toEqual([80, 80, 50, 50])
    expect(await trust(20, [])).toEqual([50, 50, 50, 50])
  })
})

test.each([
  { title: 'nothing to do', state: ring(active, next), by: timing, needs: false },
  { title: 'none that waits', state: ring(active), by: timing, needs: true },
  { title: 'none at all', state: ring(other, otherNext), by: timing, needs: true },
  { title: 'a schedule without a plan', state: ring(active, next), by: scheduled, needs: true },
  {
    title: 'a schedule with its plan',
    state: ring({ ...active, activeUntil: 200 }, { ...next, activeFrom: 200 }),
    by: scheduled,
    needs: false,
  },
  {
    title: 'a key trusted too short',
    state: ring({ ...active, trustFor: 49 }, next),
    by: timing,
    needs: true,
  },
  { title: 'one trusted longer', state: ring({ ...active, trustFor: 51 }, next), by: timing, needs: false },
  {
    title: 'one of another series that is trusted too short',
    state: ring(active, next, { ...other, trustFor: 1 }),
    by: timing,
    needs: false,
  },
])('needs maintenance with $title: $needs', ({ state, by, needs }) => {
  expect(needsMaintenance(state, [a], by, 100)).toBe(needs)
})

test('needs maintenance as soon as one series of several does', () => {
  const needs = (state: RingState) => needsMaintenance(state, [a, b], timing, 100)
  expect(needs(ring(active, next, other, otherNext))).toBe(false)
  expect(needs(ring(active, next, other))).toBe(true)
  expect(needs(ring(active, other, otherNext))).toBe(true)
})
