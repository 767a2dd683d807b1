import type { JWK } from 'jose'
import { CandidateSet, keyCandidate } from '../keys/candidate-set.js'
import type { Key } from '../keys/key.js'
import { goneAt, type KeyPhase, nextChange, phaseAt, type RingEntry } from './ring-state.js'

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

/** Where one key of a ring stands. */
export interface RingKeyStatus {
  readonly kid: string
  readonly alg: string
  readonly use: 'sig' | 'enc'
  readonly phase: KeyPhase
  /** Since when the ring has it. */
  readonly published: Date
  /** When it was, or will be, first used; `undefined` while that is not planned. */
  readonly activeFrom: Date | undefined
  /** When it was, or will be, last used; `undefined` while that is not planned. */
  readonly activeUntil: Date | undefined
  /** When it goes; `undefined` while that is not planned. */
  readonly trustedUntil: Date | undefined
}

const dateOf = (seconds = Number.POSITIVE_INFINITY): Date | undefined =>
  Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined

/** Says where a key stands. */
export function statusOf(entry: RingEntry, now: number): RingKeyStatus {
  const { kid, alg, use } = entry.jwk
  return Object.freeze({
    kid,
    alg,
    use,
    phase: phaseAt(entry, now),
    published: new Date(entry.published * 1000),
    activeFrom: dateOf(entry.activeFrom),
    activeUntil: dateOf(entry.activeUntil),
    trustedUntil: dateOf(goneAt(entry)),
  })
}
