import { type KeyPhase, phaseAt, type RingState } from './ring-state.js'

/** A key of a ring, in an event. */
interface RingKey {
  /** The `name` of the ring, if it has one. */
  readonly ring?: string
  readonly alg: string
  readonly kid: string
}

type KeyChange =
  | ({ readonly type: 'published' | 'retired' | 'expired' | 'revoked' } & RingKey)
  | ({ readonly type: 'rotated'; readonly previous?: string } & RingKey)

/**
 * What happens to a key ring, as this process notices it. Contains no part of a key.
 *
 * - `opened`: the ring was read, or created; with the number of its keys.
 * - `published`: a key was added that waits for its first use.
 * - `rotated`: a key is used from now on, instead of `previous`.
 * - `retired`: a key is no longer used, and no other took its place.
 * - `expired`: a key is no longer trusted, as its last token has expired, or none was issued.
 * - `revoked`: a key is no longer trusted, as it was revoked.
 * - `update-failed`: the ring could not be brought up to date in the background; `code` is that of the error, if any.
 */
export type KeyRingEvent =
  | { readonly type: 'opened'; readonly ring?: string; readonly keys: number }
  | KeyChange
  | { readonly type: 'update-failed'; readonly ring?: string; readonly code?: string }

interface PlacedKey {
  readonly alg: string
  readonly series: string
  readonly phase: KeyPhase
}

/** The keys of a ring by `kid`. */
export type PlacedKeys = ReadonlyMap<string, PlacedKey>

/** The keys that are not gone, with their phases. */
export const placedKeys = ({ entries }: RingState, now: number): PlacedKeys =>
  new Map(
    entries
      .map((entry) => {
        const { jwk, series } = entry
        return [jwk.kid, { alg: jwk.alg, series, phase: phaseAt(entry, now) }] as const
      })
      .filter(([, { phase }]) => phase !== 'gone'),
  )

const activeOf = (keys: PlacedKeys, series: string): string | undefined =>
  [...keys].find(([, key]) => key.series === series && key.phase === 'active')?.[0]

/** The changes of keys between two times. */
export function keyChanges(
  before: PlacedKeys,
  after: PlacedKeys,
  isRevoked: (kid: string) => boolean,
): readonly KeyChange[] {
  const changes: KeyChange[] = []
  for (const [kid, { alg }] of before) {
    if (!after.has(kid)) changes.push({ type: isRevoked(kid) ? 'revoked' : 'expired', alg, kid })
  }
  for (const [kid, { alg, series, phase }] of after) {
    if (before.get(kid)?.phase === phase) continue
    const previous = activeOf(before, series)
    if (phase === 'next') changes.push({ type: 'published', alg, kid })
    else if (phase === 'active')
      changes.push({ type: 'rotated', alg, kid, ...(previous !== undefined && { previous }) })
    else if (activeOf(after, series) === undefined) changes.push({ type: 'retired', alg, kid })
  }
  return changes
}
