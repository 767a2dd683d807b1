import type { JSONWebKeySet, JWK } from 'jose'
import type { MaybePromise } from '../maybe-promise.js'
import { type Candidate, isForeignJwk, jwkCandidate, keyCandidate, toKeys } from './jwk-candidate.js'
import { isKey, type Key } from './key.js'
import type { KeySelector, KeySet } from './key-selection.js'

/** A {@link KeySet} that can say what it holds. */
export interface ListedKeySet extends KeySet {
  kids(): readonly (string | undefined)[]
  /** The public members of what it holds; secrets are left out. */
  publicJwks(): JSONWebKeySet
}

/** A {@link KeySet} held in memory. */
export interface LocalKeySet extends ListedKeySet {
  /**
   * Changes what the set holds, all at once. Keys given as `Key[]` are in force when the call returns,
   * a JWK Set's once its promise resolves.
   */
  replace(keys: readonly Key[] | JSONWebKeySet): Promise<void>
}

/** Chooses among candidates by `kid`, then `alg`, `use` and `key_ops`. */
export class CandidateSet implements ListedKeySet {
  #candidates: readonly Candidate[] = []
  #byKid = new Map<string | undefined, Candidate[]>()
  #generation = 0

  constructor(candidates: readonly Candidate[]) {
    this.hold(candidates)
  }

  get generation(): number {
    return this.#generation
  }

  /** Replaces what the set holds, keeps the candidates it had already, and counts when one goes. */
  hold(candidates: readonly Candidate[]): void {
    const before = new Map(this.#candidates.map((candidate) => [candidate.identity, candidate]))
    // A key that is listed twice is still the one key that fits.
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
    return toKeys(this.#fitting(header), header)
  }

  #fitting(header: KeySelector): readonly Candidate[] {
    if (header.kid === undefined) return this.#candidates.filter((candidate) => candidate.fits(header))
    const named = this.#byKid.get(header.kid)?.filter((candidate) => candidate.fits(header))
    if (named !== undefined && named.length > 0) return named
    // A key that never said its ID can't contradict the token's.
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

const isJwkSet = (keys: unknown): keys is JSONWebKeySet =>
  typeof keys === 'object' && keys !== null && 'keys' in keys && Array.isArray(keys.keys)

function fromKeys(keys: readonly unknown[]): readonly Candidate[] {
  return keys.map((key) => {
    if (isKey(key)) return keyCandidate(key)
    throw new TypeError('keySet: every item must be a Key; a JWK Set is passed as { keys: [...] }')
  })
}

async function fromJwks({ keys }: JSONWebKeySet): Promise<readonly Candidate[]> {
  const known: JWK[] = keys.filter((jwk) => typeof jwk === 'object' && jwk !== null && !isForeignJwk(jwk))
  if (known.length === 0)
    throw new TypeError('keySet: the JWK Set holds no key of a supported type and algorithm')
  return Promise.all(known.map(jwkCandidate))
}

/**
 * Makes a set of keys, out of keys or of a JWK Set (RFC 7517 §5). Keys of a set whose type or algorithm is
 * not supported are left out; a key that is malformed or too weak is an error. The first key given is the
 * one that an issuer uses.
 *
 * @throws {TypeError}
 */
export async function keySet(keys: readonly Key[] | JSONWebKeySet): Promise<LocalKeySet> {
  const set = new CandidateSet(await candidatesOf(keys))
  let calls = 0
  let held = 0
  return {
    select: (header) => set.select(header),
    get generation() {
      return set.generation
    },
    async replace(next) {
      const call = ++calls
      // No await in front of keys that are there already: old ones must not live on until the next tick.
      const candidates = isJwkSet(next) ? await fromJwks(next) : candidatesOfKeys(next)
      // A JWK Set that took longer than a later call's must not bring its keys back.
      if (call < held) return
      held = call
      set.hold(candidates)
    },
    kids: () => set.kids(),
    publicJwks: () => set.publicJwks(),
  }
}

function candidatesOfKeys(keys: unknown): readonly Candidate[] {
  if (!Array.isArray(keys))
    throw new TypeError('keySet: takes a list of keys, or a JWK Set ({ keys: [...] })')
  return fromKeys(keys)
}

const candidatesOf = (keys: unknown): MaybePromise<readonly Candidate[]> =>
  isJwkSet(keys) ? fromJwks(keys) : candidatesOfKeys(keys)
