import { goneAt, type KeyPhase, phaseAt, type RingEntry } from './ring-state.js'

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
