import type { JWK } from 'jose'

/**
 * Where a key of a ring stands: `next` (trusted, not used yet), `active` (the one used), `retiring` (trusted,
 * no longer used) or `gone`.
 */
export type KeyPhase = 'next' | 'active' | 'retiring' | 'gone'

/** A key of a ring beside its plan. Times are seconds since the epoch. */
export interface RingEntry {
  /** All members that the ring's `source` needs to open the key again; always `kid`, `alg` and `use`. */
  readonly jwk: JWK & { readonly kid: string; readonly alg: string; readonly use: 'sig' | 'enc' }
  /** Entries of one series follow one another: `alg`, and `enc` for keys bound to one. */
  readonly series: string
  readonly published: number
  /** Seconds between publishing and first use. */
  readonly lead: number
  /** Seconds that it stays trusted after its last use. */
  readonly trustFor: number
  /** `undefined` until its first use is planned. */
  readonly activeFrom: number | undefined
  /** `undefined` until its last use is planned. */
  readonly activeUntil: number | undefined
  /** `true` once its private half has been removed: by then it retires, whatever a slower clock says. */
  readonly isSpent?: boolean
}

/** What a ring remembers. */
export interface RingState {
  readonly entries: readonly RingEntry[]
  /** The lead of the options that last made a key: caches from before may be as old as that. */
  readonly lead: number
  /** The `kid`s of revoked keys, oldest first: none of them is trusted again, wherever it comes from. */
  readonly revoked: readonly string[]
}

/** A ring that has never been saved. One that has lost all its keys is another. */
export const emptyRing: RingState = Object.freeze({ entries: [], lead: 0, revoked: [] })

/** When a key stops being trusted. */
export const goneAt = ({ activeUntil, trustFor }: RingEntry): number =>
  activeUntil === undefined ? Number.POSITIVE_INFINITY : activeUntil + trustFor

/** The phase follows from the plan and the clock alone, so that all processes change over at the same time. */
export function phaseAt(entry: RingEntry, now: number): KeyPhase {
  if (now >= goneAt(entry)) return 'gone'
  if (entry.isSpent || (entry.activeUntil !== undefined && now >= entry.activeUntil)) return 'retiring'
  return entry.activeFrom !== undefined && now >= entry.activeFrom ? 'active' : 'next'
}

/** The next time at which the phase of one of these keys changes. */
export function nextChange(entries: readonly RingEntry[], now: number): number {
  const times = entries.flatMap((entry) => [
    entry.activeFrom ?? Number.POSITIVE_INFINITY,
    entry.activeUntil ?? Number.POSITIVE_INFINITY,
    goneAt(entry),
  ])
  return Math.min(...times.filter((time) => time > now), Number.POSITIVE_INFINITY)
}
