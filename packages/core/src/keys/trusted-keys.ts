import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { adopt, chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import { CandidateSet } from './candidate-set.js'
import { keyCandidate } from './jwk-candidate.js'
import { isKey, type Key, keyMaterial } from './key.js'
import { isKeySet, type KeySelector, type KeySet, type Keys, keyFits } from './key-selection.js'

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
  if (isKeySet(keys)) {
    // Without one, nothing would end what is remembered of a key that is gone.
    if (typeof keys.generation === 'number') return keys
    throw new TypeError(
      `${purpose.option}: the key set needs a generation, a number that moves whenever a key goes`,
    )
  }
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [keys]
  const known = list.filter(isKey)
  if (list.length === 0 || known.length !== list.length) {
    throw new TypeError(
      `${purpose.option}: must be a Key, a list of them or a key set (importKey, generateKey, keySet)`,
    )
  }
  if (!known.some((key) => serves(key, purpose))) {
    const { option, operation, contentEncryption } = purpose
    const algorithms = [...purpose.algorithms].join(', ')
    const encs = contentEncryption === undefined ? '' : ` and ${[...contentEncryption].join(', ')}`
    throw new TypeError(
      `${option}: no key given can ${operation} with ${algorithms}${encs}; ${purpose.wayOut}`,
    )
  }
  return new CandidateSet(known.map(keyCandidate))
}

function serves(key: Key, { algorithms, contentEncryption, operation }: KeyPurpose): boolean {
  const isForEnc = key.enc === undefined || contentEncryption?.has(key.enc) !== false
  return isForEnc && algorithms.has(key.alg) && keyMaterial(key).operations[operation] !== undefined
}

/** Asks a key set, whoever wrote it. @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` where it gives no list of keys. */
export function selectKeys(keys: KeySet, header: KeySelector): MaybePromise<readonly Key[]> {
  return chainOrRecover(
    () => adopt(keys.select(header)),
    (selected: unknown) => {
      // It can answer anything, too. A key that does not fit the header is never used, whoever chose it.
      if (!Array.isArray(selected) || !selected.every(isKey)) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
      return selected.filter((key) => keyFits(key, header))
    },
    (error) => {
      // A key set of the application's own can fail in any way, also with what a token is refused with: it may
      // verify what it loads. The token that asks for the key is not to blame.
      const isOutage = error instanceof SealbearerError && error.status === 503
      throw isOutage ? error : new SealbearerError('SB_KEYS_UNAVAILABLE')
    },
  )
}

/** The prepared operation of the one key that fits a token. @throws {SealbearerError} `SB_KEY_NOT_FOUND` */
export function trustedOperation<O extends keyof KeyOperations>(
  keys: KeySet,
  header: KeySelector,
  operation: O,
): MaybePromise<NonNullable<KeyOperations[O]>> {
  return chain(selectKeys(keys, header), (selected) => {
    const usable = selected.filter((key) => keyMaterial(key).operations[operation])
    const [key] = usable
    const prepared = key && keyMaterial(key).operations[operation]
    if (!prepared || usable.length > 1) throw new SealbearerError('SB_KEY_NOT_FOUND')
    return prepared
  })
}

/**
 * Makes the function that gives an issuer its key. What a key set holds can change, so it is asked each time;
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
