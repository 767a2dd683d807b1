import type { JSONWebKeySet, JWK } from 'jose'
import { SealbearerError } from '../errors.js'
import { adopt, chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { withinTime } from '../time.js'
import { isKey, type Key, type KeySelector, type KeySet, keyFits, keyMaterial } from './key.js'

/** A member of a key set: a key, or a JWK that is imported when an algorithm needs it. */
export interface Candidate {
  readonly kid: string | undefined
  readonly fits: (header: KeySelector) => boolean
  /** `undefined` if the material does not support that algorithm. */
  readonly toKey: (header: KeySelector) => MaybePromise<Key | undefined>
  /** `undefined` for a secret. Throws for a private key whose public half is unknown. */
  readonly publicJwk: () => JWK | undefined
  /** Equal for candidates with the same key and the same metadata. */
  readonly identity: unknown
  /** The encoded secret of a JWK, to detect a secret that is listed twice. */
  readonly secret?: string | undefined
  /** Whether it is a JWK without `alg`. */
  readonly isOpen?: boolean
}

/** Wraps an already imported key. */
export function keyCandidate(key: Key): Candidate {
  const { publicJwk } = keyMaterial(key)
  return {
    kid: key.kid,
    fits: (header) => keyFits(key, header),
    toKey: () => key,
    publicJwk() {
      if (key.type !== 'secret' && publicJwk === undefined) {
        throw new TypeError('publicJwks: a private key that cannot be exported needs publicJwk at its import')
      }
      // A copy, since applications add members to what they publish.
      return publicJwk && { ...publicJwk }
    },
    identity: key,
  }
}

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

/** Converts candidates to keys, synchronously if all are imported. */
function toKeys(candidates: readonly Candidate[], header: KeySelector): MaybePromise<readonly Key[]> {
  const keys = candidates.map((candidate) => candidate.toKey(header))
  const settled = keys.some(isPromise) ? Promise.all(keys) : (keys as (Key | undefined)[])
  return chain(settled, (all) => all.filter((key) => key !== undefined))
}

/** Seconds. */
const defaultTimeout = 10

const limitOf = ({ timeout = defaultTimeout }: KeySet): number => timeout

const selectIsLate = (): Error => new SealbearerError('SB_KEYS_UNAVAILABLE', 'select: timeout')

/**
 * Selects keys from a key set, including a custom one, within its `timeout`.
 *
 * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` if it returns no list of keys, fails or is late.
 */
export function selectKeys(keys: KeySet, header: KeySelector): MaybePromise<readonly Key[]> {
  return chainOrRecover(
    () => {
      const selected = adopt(keys.select(header))
      return isPromise(selected) && limitOf(keys) !== Number.POSITIVE_INFINITY
        ? withinTime(limitOf(keys), selectIsLate, () => selected)
        : selected
    },
    (selected: unknown) => {
      // The set can return anything. A key that does not match the header is never used, whoever selected it.
      if (!Array.isArray(selected) || !selected.every(isKey)) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
      return selected.filter((key) => keyFits(key, header))
    },
    (error) => {
      // A custom key set can fail in any way, even with an error code for invalid tokens: it may verify what it loads.
      // The token that needs the key is not at fault.
      const isOutage = error instanceof SealbearerError && error.status === 503
      throw isOutage ? error : new SealbearerError('SB_KEYS_UNAVAILABLE')
    },
  )
}
