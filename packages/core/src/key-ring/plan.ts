import type { JWK } from 'jose'
import { emptyRing, goneAt, phaseAt, type RingEntry, type RingState } from './ring-state.js'

/** How long the steps of a rotation take, in seconds. */
export interface RingTiming {
  /** From publishing a key to its first use: until then every cache has it. */
  readonly lead: number
  readonly rotateEvery: number | undefined
  /** How long another process may go on using a key that ours has retired. */
  readonly reloadEvery: number
}

/** Keys that follow one another. */
export interface Series {
  readonly id: string
  readonly use: 'sig' | 'enc'
  /** Seconds that a key stays trusted after its last use. */
  readonly trustFor: number
  readonly create: () => Promise<RingEntry['jwk']>
  /** The first key of a ring that has none yet. */
  readonly initial: RingEntry['jwk'] | undefined
  /** A key of which only the public half is left to do: what is kept of it. */
  readonly publicHalf: (jwk: JWK) => JWK
}

const ofSeries = (entries: readonly RingEntry[], id: string): readonly RingEntry[] =>
  entries.filter(({ series }) => series === id)

const inPhase = (
  entries: readonly RingEntry[],
  phase: 'next' | 'active',
  now: number,
): RingEntry | undefined => entries.find((entry) => phaseAt(entry, now) === phase)

/** When a key that waits may be used at the earliest. A time of publication that is still to come is a wrong clock's. */
const ripeAt = ({ published, lead }: RingEntry, now: number): number => Math.min(published, now) + lead

/**
 * The key that has to start now: a series without an active key has one planned for later. That follows from a change by
 * a host whose clock is ahead. The first key of a new series waits on purpose, and no longer than its lead.
 */
function lateStarter(own: readonly RingEntry[], now: number): RingEntry | undefined {
  if (inPhase(own, 'active', now) !== undefined) return undefined
  const starts = ({ activeFrom = Number.POSITIVE_INFINITY }: RingEntry): number => activeFrom
  const [first] = own
    .filter((entry) => phaseAt(entry, now) === 'next' && entry.activeFrom !== undefined)
    .toSorted((one, other) => starts(one) - starts(other))
  if (first === undefined) return undefined
  const isWaiting = starts(first) === first.published + first.lead && starts(first) <= now + first.lead
  return isWaiting ? undefined : first
}

const replace = (entries: readonly RingEntry[], changed: readonly RingEntry[]): readonly RingEntry[] =>
  entries.map((entry) => changed.find(({ jwk }) => jwk.kid === entry.jwk.kid) ?? entry)

/** Lets `next` follow `active` at a time. */
const handOver = (
  entries: readonly RingEntry[],
  active: RingEntry | undefined,
  next: RingEntry,
  time: number,
): readonly RingEntry[] =>
  replace(entries, [
    { ...next, activeFrom: time },
    ...(active === undefined ? [] : [{ ...active, activeUntil: time }]),
  ])

/** Returns whether {@link tend} has a key to make, to plan, to start or to keep longer. */
export function needsTending(
  state: RingState,
  series: readonly Series[],
  timing: RingTiming,
  now: number,
): boolean {
  return series.some(({ id, trustFor }) => {
    const own = ofSeries(state.entries, id)
    const next = inPhase(own, 'next', now)
    const isPlanned = next?.activeFrom !== undefined || timing.rotateEvery === undefined
    const isKeptShorter = own.some((entry) => entry.trustFor < trustFor && phaseAt(entry, now) !== 'gone')
    return next === undefined || !isPlanned || isKeptShorter || lateStarter(own, now) !== undefined
  })
}

/** Seconds that a key is stored after it is gone, so that a host whose clock is ahead takes it from no other. */
const keepGoneFor = 86_400

/**
 * Does what is due: drops keys that are gone, and gives every series an active key and one that waits. Where
 * the ring rotates on a schedule, the changeover is planned here, ahead of its time.
 *
 * @param urgent A series which, left without a key, must not wait until caches have a new one.
 */
export async function tend(
  state: RingState,
  series: readonly Series[],
  timing: RingTiming,
  now: () => number,
  urgent?: string,
): Promise<RingState> {
  const start = now()
  const isNew = state === emptyRing
  let entries = state.entries
    .filter((entry) => start < goneAt(entry) + keepGoneFor)
    .map((entry) => withoutSpentParts(entry, series, timing, start))
  const lead = Math.max(timing.lead, state.lead)
  const add = async (
    one: Series,
    activeAfter: number | undefined,
    initial?: RingEntry['jwk'],
  ): Promise<void> => {
    const jwk = initial ?? (await one.create())
    if (entries.some((entry) => entry.jwk.kid === jwk.kid) || state.revoked.includes(jwk.kid)) {
      throw new TypeError('keys: a new key has the kid of another key of the ring, or of a revoked one')
    }
    // Making a key can take a while, and it is not published before it is there.
    const published = now()
    const entry: RingEntry = {
      jwk,
      series: one.id,
      published,
      // Caches from before may be as old as the options from before allowed.
      lead,
      trustFor: one.trustFor,
      activeFrom: activeAfter === undefined ? undefined : published + activeAfter,
      activeUntil: undefined,
    }
    entries = [...entries, entry]
  }
  for (const one of series) {
    const own = ofSeries(entries, one.id)
    const isWithoutKey =
      inPhase(own, 'active', now()) === undefined && inPhase(own, 'next', now()) === undefined
    // No cache holds a ring that is new. In one that is not, even a first key has to wait.
    if (isWithoutKey && isNew) await add(one, 0, one.initial)
    else if (isWithoutKey) await add(one, one.id === urgent ? 0 : lead)
    if (inPhase(ofSeries(entries, one.id), 'next', now()) === undefined) await add(one, undefined)
    const late = lateStarter(ofSeries(entries, one.id), now())
    if (late !== undefined) entries = [...replace(entries, [{ ...late, activeFrom: now() }])]
    entries = [...planned(entries, one, timing, now())]
  }
  return { ...state, entries, lead: timing.lead }
}

/** Plans the end of the active key; never puts off a changeover that is planned. */
function planned(
  entries: readonly RingEntry[],
  { id, trustFor }: Series,
  timing: RingTiming,
  now: number,
): readonly RingEntry[] {
  const kept = entries.map((entry) =>
    entry.series === id && entry.trustFor < trustFor && phaseAt(entry, now) !== 'gone'
      ? { ...entry, trustFor }
      : entry,
  )
  const own = ofSeries(kept, id)
  const active = inPhase(own, 'active', now)
  const next = inPhase(own, 'next', now)
  if (timing.rotateEvery === undefined || active?.activeFrom === undefined || next === undefined) return kept
  const time = Math.max(ripeAt(next, now), active.activeFrom + timing.rotateEvery, now)
  return next.activeFrom !== undefined && next.activeFrom <= time ? kept : handOver(kept, active, next, time)
}

/** A signature key that no process uses any more needs no private half. */
function withoutSpentParts(
  entry: RingEntry,
  series: readonly Series[],
  timing: RingTiming,
  now: number,
): RingEntry {
  const { activeUntil, jwk } = entry
  if (jwk.use !== 'sig' || entry.isSpent || activeUntil === undefined) return entry
  if (now < activeUntil + timing.reloadEvery) return entry
  const { publicHalf } = series.find(({ id }) => id === entry.series) ?? {}
  if (publicHalf === undefined) return entry
  const { kid, alg, use } = jwk
  const kept = publicHalf(jwk)
  return kept === jwk ? entry : { ...entry, jwk: { ...kept, kid, alg, use }, isSpent: true }
}

/**
 * Replaces the active key of a series: now when the one that waits has been published for long enough, at the
 * time when it has been otherwise. `seen` is the key to be replaced; when another one is active by now, another
 * process has rotated already and nothing happens.
 */
export function rotated(state: RingState, id: string, seen: string | undefined, now: number): RingState {
  const own = ofSeries(state.entries, id)
  const active = inPhase(own, 'active', now)
  const next = inPhase(own, 'next', now)
  if (active === undefined || next === undefined || active.jwk.kid !== seen) return state
  const time = Math.max(now, ripeAt(next, now))
  if (next.activeFrom !== undefined && next.activeFrom <= time) return state
  return { ...state, entries: handOver(state.entries, active, next, time) }
}

/** A list that only grows. Older ones cannot be in a store any more, since older states of the ring are refused. */
const mostRevoked = 1_000

/**
 * Drops a key and remembers that it was revoked. The one that waits takes the place of an active one at once, published
 * for long enough or not.
 */
export function revoked(before: RingState, kid: string, now: number): RingState {
  const state = before.revoked.includes(kid)
    ? before
    : { ...before, revoked: [...before.revoked, kid].slice(-mostRevoked) }
  const entry = state.entries.find(({ jwk }) => jwk.kid === kid)
  if (entry === undefined) return state
  const rest = state.entries.filter((other) => other !== entry)
  const own = ofSeries(rest, entry.series)
  const active = inPhase(own, 'active', now)
  const next = inPhase(own, 'next', now)
  const phase = phaseAt(entry, now)
  if (phase === 'active' && next !== undefined)
    return { ...state, entries: handOver(rest, undefined, next, now) }
  if (phase === 'next' && active !== undefined) {
    return { ...state, entries: replace(rest, [{ ...active, activeUntil: undefined }]) }
  }
  return { ...state, entries: rest }
}

/** Ends a series: the active key retires, the one that waits is dropped. */
export function retired(state: RingState, id: string, now: number): RingState {
  const own = ofSeries(state.entries, id)
  const next = inPhase(own, 'next', now)
  const active = inPhase(own, 'active', now)
  const rest = state.entries.filter((entry) => entry !== next)
  return { ...state, entries: active ? replace(rest, [{ ...active, activeUntil: now }]) : rest }
}
