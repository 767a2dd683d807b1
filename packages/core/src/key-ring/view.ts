import type { JWK } from 'jose'
import { CandidateSet, keyCandidate } from '../keys/candidate-set.js'
import type { Key } from '../keys/key.js'
import { type KeyPhase, nextChange, phaseAt, type RingEntry } from './ring-state.js'

/** A key of a ring, opened. */
export interface OpenedKey {
  readonly active: Key
  /** The same key without what only the active one may do. */
  readonly trusted: Key
}

/** What a ring answers between two changes. */
export interface RingView {
  readonly from: number
  /** The first time at which this view no longer holds. */
  readonly until: number
  readonly keys: CandidateSet
  readonly kids: ReadonlySet<string>
  readonly published: readonly JWK[]
}

/** The active key comes first: that is where issuers look. */
const order: readonly KeyPhase[] = ['active', 'next', 'retiring']

/**
 * Which phases of a key are published. Verifiers must know a signature key before its first token and after
 * its last; a sender who finds an encryption key uses it, so only the active one may be found.
 */
const publishedPhases: Readonly<Record<'sig' | 'enc', readonly KeyPhase[]>> = {
  sig: ['active', 'next', 'retiring'],
  enc: ['active'],
}

/** Says what holds at a time. */
export function viewAt(
  entries: readonly RingEntry[],
  opened: ReadonlyMap<string, OpenedKey>,
  now: number,
): RingView {
  const present = order.flatMap((phase) =>
    entries.filter((entry) => phaseAt(entry, now) === phase).map((entry) => ({ phase, entry })),
  )
  const keys = present.flatMap(({ phase, entry }) => {
    const key = opened.get(entry.jwk.kid)
    return key === undefined ? [] : [phase === 'active' ? key.active : key.trusted]
  })
  const listed = present.flatMap(({ phase, entry }) => {
    const key = publishedPhases[entry.jwk.use].includes(phase) ? opened.get(entry.jwk.kid) : undefined
    return key === undefined ? [] : [keyCandidate(key.trusted).publicJwk()]
  })
  return {
    from: now,
    until: nextChange(entries, now),
    keys: new CandidateSet(keys.map(keyCandidate)),
    kids: new Set(present.map(({ entry }) => entry.jwk.kid)),
    published: listed.filter((jwk) => jwk !== undefined),
  }
}
