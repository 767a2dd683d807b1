import { algorithms, isAlgorithm } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { isListed } from './candidate-set.js'
import { publicMembersOf } from './jwk.js'
import { type Key, keyMaterial } from './key.js'
import type { KeySelector, KeySet } from './key-selection.js'
import { selectKeys } from './select-keys.js'

/** What a token requires of the keys of a policy. */
interface Asked<O extends keyof KeyOperations> {
  readonly header: KeySelector
  readonly operation: O
  /** All algorithms that the policy allows. */
  readonly algorithms: ReadonlySet<string>
}

/** Maximum number of keys tried for a token without `kid`. */
const mostTried = 8

/** The prepared operation of the only matching key. @throws {SealbearerError} `SB_KEY_NOT_FOUND` */
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
    // The kind of operation passed in is the kind returned.
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

/** Whether a key from a JWK without `alg` could be used for another algorithm of the policy as well (RFC 8725bis §3.1). */
function isUndecided(key: Key, pinned: ReadonlySet<string>): boolean {
  const { isOpen, publicJwk } = keyMaterial(key)
  if (isOpen !== true || pinned.size < 2) return false
  const kty = publicJwk?.kty ?? 'oct'
  return [...pinned].some((name) => {
    const row = isAlgorithm(name) ? algorithms[name] : undefined
    // EdDSA and Ed25519 are two names of one algorithm (RFC 9864 §2.2), and share one row.
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

/** The reason why no key was used, for operators. Names parameters, never values of the token. */
function causeOf(keys: KeySet, { kid }: KeySelector, { selected, able, usable }: Found): string {
  if (usable.length > 1)
    return kid === undefined ? 'kid: absent, and several keys match' : 'kid: several keys have it'
  if (able.length > 0) return 'alg: the JWK has none, and the policy allows several'
  if (selected.length > 0) return 'key_ops: the key is not for this operation'
  if (kid === undefined) return 'alg: no key has it'
  return isListed(keys) && keys.kids().includes(kid)
    ? 'alg: the key with this kid has another'
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
