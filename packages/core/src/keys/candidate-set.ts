import type { JSONWebKeySet } from 'jose'
import type { MaybePromise } from '../maybe-promise.js'
import { type Candidate, toKeys } from './jwk-candidate.js'
import type { Key } from './key.js'
import type { KeySelector, KeySet } from './key-selection.js'

/** A {@link KeySet} that can list its keys. */
export interface ListedKeySet extends KeySet {
  kids(): readonly (string | undefined)[]
  /** The public members of its keys; secrets are omitted. */
  publicJwks(): JSONWebKeySet
}

export const isListed = (keys: KeySet): keys is ListedKeySet =>
  'publicJwks' in keys && typeof keys.publicJwks === 'function'

/** Of secrets listed twice, with and without "alg", keeps the one with "alg". */
function distinctSecrets(candidates: readonly Candidate[]): readonly Candidate[] {
  const kept = new Map(candidates.map((candidate) => [candidate.secret ?? candidate, candidate]))
  for (const candidate of candidates)
    if (!candidate.isOpen) kept.set(candidate.secret ?? candidate, candidate)
  return [...kept.values()]
}

/** Selects among candidates by `kid`, then `alg`, `use` and `key_ops`. */
export class CandidateSet implements ListedKeySet {
  #candidates: readonly Candidate[] = []
  #byKid = new Map<string | undefined, Candidate[]>()
  #generation = 0

  /** See {@link KeySet}. */
  readonly withoutKid: 'only' | 'try'

  constructor(candidates: readonly Candidate[], withoutKid: 'only' | 'try' = 'only') {
    this.withoutKid = withoutKid
    this.hold(candidates)
  }

  /** The candidates, by identity. */
  get candidates(): ReadonlyMap<unknown, Candidate> {
    return new Map(this.#candidates.map((candidate) => [candidate.identity, candidate]))
  }

  get generation(): number {
    return this.#generation
  }

  /** Replaces the keys of the set, reuses the candidates it already had, and increments the generation if one is removed. */
  hold(candidates: readonly Candidate[]): void {
    const before = new Map(this.candidates)
    // A key that is listed twice is still a single match.
    const once = new Map(candidates.map((candidate) => [candidate.identity, candidate]))
    this.#candidates = [...once.values()].map((candidate) => before.get(candidate.identity) ?? candidate)
    const byKid = new Map<string | undefined, Candidate[]>()
    for (const candidate of this.#candidates) {
      before.delete(candidate.identity)
      const named = byKid.get(candidate.kid)
      if (named) named.push(candidate)
      else byKid.set(candidate.kid, [candidate])
    }
    this.#byKid = byKid
    if (before.size > 0) this.#generation++
  }

  select(header: KeySelector): MaybePromise<readonly Key[]> {
    const fitting = this.#fitting(header)
    return toKeys(fitting.length < 2 ? fitting : distinctSecrets(fitting), header)
  }

  #fitting(header: KeySelector): readonly Candidate[] {
    if (header.kid === undefined) return this.#candidates.filter((candidate) => candidate.fits(header))
    const named = this.#byKid.get(header.kid)?.filter((candidate) => candidate.fits(header))
    if (named !== undefined && named.length > 0) return named
    // A key without an ID cannot contradict the token's.
    return this.#byKid.get(undefined)?.filter((candidate) => candidate.fits(header)) ?? []
  }

  kids(): readonly (string | undefined)[] {
    return this.#candidates.map(({ kid }) => kid)
  }

  publicJwks(): JSONWebKeySet {
    return {
      keys: this.#candidates.map((candidate) => candidate.publicJwk()).filter((jwk) => jwk !== undefined),
    }
  }
}
