import { calculateJwkThumbprint, type JWK } from 'jose'
import { isAlgorithm, isContentEncryptionAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { type GenerateKeyOptions, generateKey } from '../keys/generate.js'
import { importKey } from '../keys/import.js'
import { publicMembersOf } from '../keys/jwk.js'
import { exportJwk } from '../keys/jwk-set.js'
import type { Key } from '../keys/key.js'

/**
 * Where the keys of a ring come from. By default they are generated in this process; a KMS or HSM generates its own,
 * and returns only their names and public halves.
 */
export interface KeySource {
  /**
   * Creates a key, and resolves to the JWK that is stored: public members and a unique `kid`. It may have other
   * members, such as the key's name in the KMS. If two processes create a key at once, one of the two is never used.
   */
  create(): Promise<JWK>
  /** Creates a key from the stored JWK, for example with `createExternalKey({ alg, kid, publicJwk, sign })`. */
  open(jwk: JWK): Promise<Key> | Key
}

/** Keys generated in this process, stored as JWKs with their private members. */
export function ownKeySource(
  alg: Parameters<typeof generateKey>[0],
  options: Omit<GenerateKeyOptions, 'kid' | 'extractable'>,
): KeySource {
  return {
    async create() {
      const jwk = exportJwk(await generateKey(alg, { ...options, extractable: true }))
      return { ...jwk, kid: jwk.kid ?? crypto.randomUUID() }
    },
    open: openJwk,
  }
}

/** Imports a stored key by its own `alg`. */
export function openJwk(jwk: JWK): Promise<Key> {
  const { alg, kid } = jwk
  // A member defined by this package: RFC 7517 has none.
  const enc: unknown = jwk['enc' as keyof JWK]
  if (!isAlgorithm(alg)) throw new SealbearerError('SB_RING_UNREADABLE', 'alg')
  const narrowed = isContentEncryptionAlgorithm(enc) ? { enc } : {}
  return importKey(jwk, { alg, ...(kid !== undefined && { kid }), ...narrowed }).catch(() => {
    throw new SealbearerError('SB_RING_UNREADABLE', 'keys')
  })
}

/** Adopts a key that was used before the ring existed. @throws {TypeError} if it is not extractable. */
export async function adoptedJwk(key: Key): Promise<JWK> {
  const jwk = exportJwk(key)
  const kid =
    jwk.kid ?? (jwk.kty === 'oct' ? crypto.randomUUID() : await calculateJwkThumbprint(publicMembersOf(jwk)))
  return { ...jwk, kid }
}
