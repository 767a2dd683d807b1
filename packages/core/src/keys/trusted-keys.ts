import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { CandidateSet } from './candidate-set.js'
import { combinedKeySet } from './combined-key-set.js'
import { keyCandidate } from './jwk-candidate.js'
import { isKey, type Key, keyMaterial } from './key.js'
import { isKeySet, type KeySelector, type KeySet, type Keys } from './key-selection.js'
import { selectKeys } from './select-keys.js'

/** What the keys of an option are for. */
interface KeyPurpose {
  readonly option: string
  readonly operation: keyof KeyOperations
  readonly algorithms: ReadonlySet<string>
  /** The content encryptions, which a key may be narrowed to one of. */
  readonly contentEncryption?: ReadonlySet<string>
  /** What to do when no key given can do it. */
  readonly wayOut: string
}

/**
 * Reads a `keys` option. Keys given one by one are checked against their purpose at once; what a key set
 * holds can change, so it is asked at each choice.
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
    // Without one, nothing would end what is remembered of a key that is gone.
    if (typeof set.generation === 'number') continue
    throw new TypeError(
      `${purpose.option}: the key set needs a generation, a number that moves whenever a key goes`,
    )
  }
  checkServe(known, sets, purpose)
  if (sets.length === 0) return new CandidateSet(known.map(keyCandidate))
  const [only] = sets
  if (only !== undefined && list.length === 1) return only
  return combinedKeySet(new CandidateSet(known.map(keyCandidate)), sets)
}

/** @throws {TypeError} for keys of which none can ever be used. */
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
 * Makes the function that returns the key of an issuer. What a key set holds can change, so it is asked each time;
 * keys given one by one stay what they are.
 */
export function issuingKeyFinder(
  ...choice: Parameters<typeof issuingKey>
): () => ReturnType<typeof issuingKey> {
  if (!(choice[0] instanceof CandidateSet)) return () => issuingKey(...choice)
  const key = issuingKey(...choice)
  return () => key
}

/** The first key that can do it: the one that an issuer uses. @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` */
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
