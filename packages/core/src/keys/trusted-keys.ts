import { algorithms, isAlgorithm } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { CandidateSet, isListed } from './candidate-set.js'
import { combinedKeySet } from './combined-key-set.js'
import { publicMembersOf } from './jwk.js'
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

/** What a token asks of the keys of a policy. */
interface Asked<O extends keyof KeyOperations> {
  readonly header: KeySelector
  readonly operation: O
  /** All that the policy pins. */
  readonly algorithms: ReadonlySet<string>
}

/** More than this many keys are not tried for a token that names none. */
const mostTried = 8

/** The prepared operation of the one key that fits a token. @throws {SealbearerError} `SB_KEY_NOT_FOUND` */
export function trustedOperation<O extends 'verify' | 'decrypt'>(
  keys: KeySet,
  asked: Asked<O>,
): MaybePromise<NonNullable<KeyOperations[O]>> {
  const { header, operation, algorithms } = asked
  return chain(selectKeys(keys, header), (selected) => {
    const able = selected.filter((key) => keyMaterial(key).operations[operation])
    const usable = distinct(able.filter((key) => !isUndecided(key, algorithms)))
    const triesAll = keys.withoutKid === 'try' && header.kid === undefined
    if (usable.length === 0 || (usable.length > 1 && !triesAll)) {
      throw new SealbearerError('SB_KEY_NOT_FOUND', causeOf(keys, header, { selected, able, usable }))
    }
    const operations = usable
      .slice(0, mostTried)
      .flatMap((key) => keyMaterial(key).operations[operation] ?? [])
    const [only] = operations
    // One kind of operation comes in, and the same comes out.
    return (
      operations.length === 1
        ? only
        : operation === 'verify'
          ? anyVerifies(operations as Verify[])
          : anyDecrypts(operations as Decrypt[])
    ) as NonNullable<KeyOperations[O]>
  })
}

/** A key that is published twice, with and without its certificate or "alg", is one key. */
function distinct(keys: readonly Key[]): readonly Key[] {
  if (keys.length < 2) return keys
  const seen = new Set<unknown>()
  return keys.filter((key) => {
    const { publicJwk } = keyMaterial(key)
    const numbers = publicJwk === undefined ? key : JSON.stringify(publicMembersOf(publicJwk))
    return !seen.has(numbers) && seen.add(numbers)
  })
}

/** Whether a key whose JWK names no `alg` could serve another algorithm of the policy as well (RFC 8725bis §3.1). */
function isUndecided(key: Key, pinned: ReadonlySet<string>): boolean {
  const { isOpen, publicJwk } = keyMaterial(key)
  if (isOpen !== true || pinned.size < 2) return false
  const kty = publicJwk?.kty ?? 'oct'
  return [...pinned].some((name) => {
    const row = isAlgorithm(name) ? algorithms[name] : undefined
    // EdDSA and Ed25519 are two names of one algorithm (RFC 9864 §2.2), and have one row.
    if (row === undefined || row === algorithms[key.alg]) return false
    const isOnCurve = key.crv === undefined || row.curves?.includes(key.crv) === true
    return isOnCurve && row.kty.some((type) => type === kty)
  })
}

interface Found {
  readonly selected: readonly Key[]
  readonly able: readonly Key[]
  readonly usable: readonly Key[]
}

/** Why no key was used, for operators; it names parameters, and no value of the token. */
function causeOf(keys: KeySet, { kid }: KeySelector, { selected, able, usable }: Found): string {
  if (usable.length > 1)
    return kid === undefined ? 'kid: absent, and several keys fit' : 'kid: several keys have it'
  if (able.length > 0) return 'alg: the JWK names none, and the policy pins several'
  if (selected.length > 0) return 'key_ops: the key is not for this operation'
  if (kid === undefined) return 'alg: no key is for it'
  return isListed(keys) && keys.kids().includes(kid)
    ? 'alg: the key of this kid is for another'
    : 'kid: no key has it'
}

type Verify = NonNullable<KeyOperations['verify']>
type Decrypt = NonNullable<KeyOperations['decrypt']>

const anyVerifies =
  (candidates: readonly Verify[]): Verify =>
  async (signingInput, signature) => {
    for (const verify of candidates) {
      if ((await verify(signingInput, signature)) === true) return true
    }
    return false
  }

const anyDecrypts =
  (candidates: readonly Decrypt[]): Decrypt =>
  async (parts) => {
    let failure: unknown
    for (const decrypt of candidates) {
      try {
        return await decrypt(parts)
      } catch (error) {
        failure = error
      }
    }
    throw failure
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
