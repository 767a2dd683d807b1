import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { CandidateSet } from './candidate-set.js'
import { combinedKeySet } from './combined-key-set.js'
import { keyCandidate } from './jwk-candidate.js'
import { isKey, type Key, keyMaterial } from './key.js'
import { isKeySet, type KeySelector, type KeySet, type Keys } from './key-selection.js'
import { selectKeys } from './select-keys.js'

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
  if (sets.length > 0 && known.length === 0) return
  if (known.some((key) => serves(key, purpose))) return
  const { option, operation, contentEncryption } = purpose
  const names = [...purpose.algorithms].join(', ')
  const encs = contentEncryption === undefined ? '' : ` and ${[...contentEncryption].join(', ')}`
  throw new TypeError(`${option}: no key given can ${operation} with ${names}${encs}; ${purpose.wayOut}`)
}

function serves(key: Key, { algorithms: pinned, contentEncryption, operation }: KeyPurpose): boolean {
  const isForEnc = key.enc === undefined || contentEncryption?.has(key.enc) !== false
  return isForEnc && pinned.has(key.alg) && keyMaterial(key).operations[operation] !== undefined
}

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
