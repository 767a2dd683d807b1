import { chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { type CandidateSet, isListed, type ListedKeySet } from './candidate-set.js'
import type { Key } from './key.js'
import { type KeySelector, type KeySet, mayStand } from './key-selection.js'
import { selectKeys } from './select-keys.js'

/**
 * Creates one key set from keys and key sets, for example a published set and the secret that it replaces.
 *
 * If a token has a `kid`, only keys with that `kid` are used: individual keys are searched first, then the sets,
 * starting with those known to have it. An unavailable set does not cause rejection of a token whose key is
 * elsewhere. For a token without `kid`, the keys of all sets are candidates.
 */
export function combinedKeySet(own: CandidateSet, sets: readonly KeySet[]): ListedKeySet {
  const all: readonly KeySet[] = [own, ...sets]
  const select = (header: KeySelector): MaybePromise<readonly Key[]> =>
    chain(own.select(header), (found) => {
      if (header.kid === undefined) return searched(sets, header, found, false)
      if (found.some(({ kid }) => kid === header.kid)) return found
      const known = sets.filter((set) => isListed(set) && set.kids().includes(header.kid))
      const others = sets.filter((set) => !known.includes(set))
      return chainOrRecover(
        () => searched([...known, ...others], header, [], true),
        (more) => (more.length > 0 ? more : found),
        (error) => {
          if (found.length === 0) throw error
          return found
        },
      )
    })
  return Object.freeze({
    select,
    get generation() {
      return all.reduce((sum, { generation }) => sum + generation, 0)
    },
    withoutKid: sets.some((set) => set.withoutKid === 'try') ? 'try' : 'only',
    // Each set has its own time limit.
    timeout: Number.POSITIVE_INFINITY,
    use: () => sets.map((set) => mayStand(set, set.generation)).every((stands) => stands),
    ready: () => readyAll(sets),
    kids: () => all.filter(isListed).flatMap((set) => set.kids()),
    publicJwks: () => ({ keys: all.filter(isListed).flatMap((set) => set.publicJwks().keys) }),
  })
}

/**
 * Searches sets sequentially.
 *
 * @param isEnough Whether to stop at the first set with matching keys.
 */
function searched(
  [set, ...others]: readonly KeySet[],
  header: KeySelector,
  found: readonly Key[],
  isEnough: boolean,
): MaybePromise<readonly Key[]> {
  if (set === undefined) return found
  const goOn = (more: readonly Key[]): MaybePromise<readonly Key[]> =>
    isEnough && more.length > 0 ? more : searched(others, header, [...found, ...more], isEnough)
  return chainOrRecover(
    () => selectKeys(set, header),
    goOn,
    (error) =>
      chain(searched(others, header, found, isEnough), (rest) => {
        // A key that is not found elsewhere may be in the unavailable set.
        if (rest.length === 0) throw error
        return rest
      }),
  )
}

function readyAll(sets: readonly KeySet[]): MaybePromise<void> {
  const waits = sets.map((set) => set.ready?.()).filter(isPromise)
  if (waits.length > 0) return Promise.all(waits).then(() => undefined)
}
