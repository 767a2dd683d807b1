import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { CandidateSet, isListed, keyCandidate, type ListedKeySet, selectKeys } from './candidate-set.js'
import {
  isKey,
  isKeySet,
  type Key,
  type KeySelector,
  type KeySet,
  type Keys,
  keyMaterial,
  mayStand,
} from './key.js'

/** The purpose of the keys of an option. */
interface KeyPurpose {
  readonly option: string
  readonly operation: keyof KeyOperations
  readonly algorithms: ReadonlySet<string>
  /** The content encryptions, to one of which a key may be restricted. */
  readonly contentEncryption?: ReadonlySet<string>
  /** What to do if no key supports the purpose. */
  readonly wayOut: string
}

/**
 * Reads a `keys` option. Individual keys are checked against their purpose immediately; the keys of a set can change,
 * so it is queried for each selection.
 *
 * @throws {TypeError}
 */
export function keysOption(keys: Keys, purpose: KeyPurpose): KeySet {
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [keys]
  const sets = list.filter(isKeySet)
  const known = list.filter(isKey)
  if (list.length === 0 || known.length + sets.length !== list.length) {
    throw new TypeError(
      `${purpose.option}: must be a Key, a key set (createKeySet, createRemoteKeySet), or a list of them`,
    )
  }
  for (const set of sets) {
    // Without a generation, cached results of a removed key would never be invalidated.
    if (typeof set.generation === 'number') continue
    throw new TypeError(
      `${purpose.option}: the key set needs a generation, a number that changes whenever a key is removed`,
    )
  }
  checkServe(known, sets, purpose)
  if (sets.length === 0) return new CandidateSet(known.map(keyCandidate))
  const [only] = sets
  if (only !== undefined && list.length === 1) return only
  return combinedKeySet(new CandidateSet(known.map(keyCandidate)), sets)
}

/** @throws {TypeError} if none of the keys can ever be used. */
function checkServe(known: readonly Key[], sets: readonly KeySet[], purpose: KeyPurpose): void {
  if (known.some((key) => serves(key, purpose)) || sets.some((set) => mayServe(set, purpose))) return
  const { option, operation, contentEncryption } = purpose
  const names = [...purpose.algorithms].join(', ')
  const encs = contentEncryption === undefined ? '' : ` and ${[...contentEncryption].join(', ')}`
  throw new TypeError(`${option}: no key given can ${operation} with ${names}${encs}; ${purpose.wayOut}`)
}

function serves(key: Key, { algorithms: pinned, contentEncryption, operation }: KeyPurpose): boolean {
  const isForEnc = key.enc === undefined || contentEncryption?.has(key.enc) !== false
  return isForEnc && pinned.has(key.alg) && keyMaterial(key).operations[operation] !== undefined
}

/** Whether a set has a suitable key, or can get one later. */
const mayServe = (set: KeySet, { algorithms: pinned, contentEncryption, operation }: KeyPurpose): boolean =>
  set.mayServe === undefined ||
  [...pinned].some((alg) =>
    [...(contentEncryption ?? [undefined])].some((enc) => set.mayServe?.({ alg, enc }, operation)),
  )

/**
 * Creates the function that returns the key of an issuer. The keys of a set can change, so it is queried each time;
 * individual keys do not change.
 */
export function issuingKeyFinder(
  ...choice: Parameters<typeof issuingKey>
): () => ReturnType<typeof issuingKey> {
  if (!(choice[0] instanceof CandidateSet)) return () => issuingKey(...choice)
  const key = issuingKey(...choice)
  return () => key
}

/** The first suitable key, which an issuer uses. @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` */
export function issuingKey(
  keys: KeySet,
  header: KeySelector,
  operation: keyof KeyOperations,
): MaybePromise<Key> {
  return chain(selectKeys(keys, header), (selected) => {
    const key = selected.find((candidate) => keyMaterial(candidate).operations[operation])
    if (key === undefined) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
    return key
  })
}

/**
 * Creates one key set from keys and key sets, for example a published set and the secret that it replaces.
 *
 * If a token has a `kid`, only keys with that `kid` are used: individual keys are searched first, then the sets,
 * starting with those known to have it. An unavailable set does not cause rejection of a token whose key is
 * elsewhere. For a token without `kid`, the keys of all sets are candidates.
 */
function combinedKeySet(own: CandidateSet, sets: readonly KeySet[]): ListedKeySet {
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
