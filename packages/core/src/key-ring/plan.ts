import type { JWK } from 'jose'
import { emptyRing, goneAt, phaseAt, type RingEntry, type RingState } from './ring-state.js'

/** Times of a rotation, in seconds. */
export interface RingTiming {
  /** From the publication of a key to its first use: by then every cache has it. */
  readonly lead: number
  readonly rotateEvery: number | undefined
  /** How long another process may continue to use a key that this one has retired. */
  readonly reloadEvery: number
}

/** Keys that replace one another. */
export interface Series {
  readonly id: string
  readonly use: 'sig' | 'enc'
  /** Seconds for which a key is trusted after its last use. */
  readonly trustFor: number
  readonly create: () => Promise<RingEntry['jwk']>
  /** The first key of a new ring. */
  readonly initial: RingEntry['jwk'] | undefined
  /** The members that are kept of a key whose private half is not needed any more. */
  readonly publicHalf: (jwk: JWK) => JWK
}

const ofSeries = (entries: readonly RingEntry[], id: string): readonly RingEntry[] =>
  entries.filter(({ series }) => series === id)

const inPhase = (
  entries: readonly RingEntry[],
  phase: 'next' | 'active',
  now: number,
): RingEntry | undefined => entries.find((entry) => phaseAt(entry, now) === phase)

/** The earliest first use of a next key. A time of publication in the future comes from a wrong clock. */
const usableFrom = ({ published, lead }: RingEntry, now: number): number => Math.min(published, now) + lead

/**
 * The key to activate now if a series has no active key, but one planned for later, after a change by a host whose
 * clock is ahead. The first key of a new series waits on purpose, but no longer than its lead.
 */
function overdueKey(own: readonly RingEntry[], now: number): RingEntry | undefined {
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

/** Plans the time at which `next` replaces `active`. */
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

/** Whether {@link maintain} would create, plan, activate or extend a key. */
export function needsMaintenance(
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
    return next === undefined || !isPlanned || isKeptShorter || overdueKey(own, now) !== undefined
  })
}

/**
 * Seconds for which a removed key remains stored, so that a host whose clock is ahead does not remove it for others.
 */
const keepGoneFor = 86_400

/**
 * Does what is due: removes old keys, and ensures that every series has an active and a next key. With scheduled
 * rotation, it also plans the next changeover.
 *
 * @param urgent A series that must not wait for caches if it has no key.
 */
export async function maintain(
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
      throw new TypeError('keys: the kid of a new key is already used in the ring, or revoked')
    }
    // Creating a key can take a while, so the time of publication is read after it.
    const published = now()
    const entry: RingEntry = {
      jwk,
      series: one.id,
      published,
      // Caches may be as old as the previous options allowed.
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
    // A new ring is not cached anywhere. In an existing one, even a first key has to wait.
    if (isWithoutKey && isNew) await add(one, 0, one.initial)
    else if (isWithoutKey) await add(one, one.id === urgent ? 0 : lead)
    if (inPhase(ofSeries(entries, one.id), 'next', now()) === undefined) await add(one, undefined)
    const late = overdueKey(ofSeries(entries, one.id), now())
    if (late !== undefined) entries = [...replace(entries, [{ ...late, activeFrom: now() }])]
    entries = [...planned(entries, one, timing, now())]
  }
  return { ...state, entries, lead: timing.lead }
}

/** Plans the end of the active key; never postpones a planned changeover. */
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
  const time = Math.max(usableFrom(next, now), active.activeFrom + timing.rotateEvery, now)
  return next.activeFrom !== undefined && next.activeFrom <= time ? kept : handOver(kept, active, next, time)
}

/** Removes the private half of a signature key that no process uses any more. */
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
 * Replaces the active key of a series: immediately if the next one has been published for long enough, otherwise as
 * soon as it has. `seen` is the key to replace; if another one is active, another process has already rotated, and
 * nothing changes.
 */
export function rotated(state: RingState, id: string, seen: string | undefined, now: number): RingState {
  const own = ofSeries(state.entries, id)
  const active = inPhase(own, 'active', now)
  const next = inPhase(own, 'next', now)
  if (active === undefined || next === undefined || active.jwk.kid !== seen) return state
  const time = Math.max(now, usableFrom(next, now))
  if (next.activeFrom !== undefined && next.activeFrom <= time) return state
  return { ...state, entries: handOver(state.entries, active, next, time) }
}

/**
 * Limits a list that only grows. Older keys cannot be in a store any more, because older states of the ring are
 * rejected.
 */
const maxRevoked = 1_000

/**
 * Removes a key and records it as revoked. The next key replaces an active one immediately, even if it has not been
 * published for long enough.
 */
export function revoked(before: RingState, kid: string, now: number): RingState {
  const state = before.revoked.includes(kid)
    ? before
    : { ...before, revoked: [...before.revoked, kid].slice(-maxRevoked) }
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

/** Ends a series: the active key retires, the next one is removed. */
export function retired(state: RingState, id: string, now: number): RingState {
  const own = ofSeries(state.entries, id)
  const next = inPhase(own, 'next', now)
  const active = inPhase(own, 'active', now)
  const rest = state.entries.filter((entry) => entry !== next)
  return { ...state, entries: active ? replace(rest, [{ ...active, activeUntil: now }]) : rest }
}
