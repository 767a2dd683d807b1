import type { JWK } from 'jose'
import { CandidateSet, keyCandidate } from '../keys/candidate-set.js'
import type { Key } from '../keys/key.js'
import { goneAt, type KeyPhase, nextChange, phaseAt, type RingEntry } from './ring-state.js'

/** An imported key of a ring. */
export interface OpenedKey {
  readonly active: Key
  /** The same key without the operations that only an active one has. */
  readonly trusted: Key
}

/** The keys of a ring between two changes. */
export interface RingView {
  readonly from: number
  /** When this view is outdated. */
  readonly until: number
  readonly keys: CandidateSet
  readonly kids: ReadonlySet<string>
  readonly published: readonly JWK[]
}

/** The active key comes first, because issuers use the first one. */
const order: readonly KeyPhase[] = ['active', 'next', 'retiring']

/**
 * The phases in which a key is published. Verifiers must know a signature key before its first token and after its
 * last; senders use any published encryption key, so only the active one is published.
 */
const publishedPhases: Readonly<Record<'sig' | 'enc', readonly KeyPhase[]>> = {
  sig: ['active', 'next', 'retiring'],
  enc: ['active'],
}

/** Creates the view for a time. */
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

/** The status of one key of a ring. */
export interface RingKeyStatus {
  readonly kid: string
  readonly alg: string
  readonly use: 'sig' | 'enc'
  readonly phase: KeyPhase
  /** When it was added to the ring. */
  readonly published: Date
  /** Its first use, past or planned; `undefined` if not planned yet. */
  readonly activeFrom: Date | undefined
  /** Its last use, past or planned; `undefined` if not planned yet. */
  readonly activeUntil: Date | undefined
  /** When it is removed; `undefined` if not planned yet. */
  readonly trustedUntil: Date | undefined
}

const dateOf = (seconds = Number.POSITIVE_INFINITY): Date | undefined =>
  Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined

/** Returns the status of a key. */
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
