import { calculateJwkThumbprint, type JWK } from 'jose'
import { isAlgorithm, isContentEncryptionAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { type GenerateKeyOptions, generateKey } from '../keys/generate.js'
import { importKey } from '../keys/import.js'
import { publicMembersOf } from '../keys/jwk.js'
import { exportJwk } from '../keys/jwk-set.js'
import type { Key } from '../keys/key.js'

/**
 * Where the keys of a ring come from. Leave it out for keys made here; a KMS or HSM makes its own and
 * hands out only what they are called and their public half.
 */
export interface KeySource {
  /**
   * Makes a new key. What it resolves to is stored: public members and a `kid` that no other key has. Add
   * members of your own, such as the key's name in the KMS. When two processes make a key at once, one of
   * the two is never used.
   */
  create(): Promise<JWK>
  /** Opens what `create` stored: for example `createExternalKey({ alg, kid, publicJwk, sign })`. */
  open(jwk: JWK): Promise<Key> | Key
}

/** Keys made in this process, kept as JWKs with their private members. */
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

/** Opens a stored key of an algorithm that says of itself what it is for. */
export function openJwk(jwk: JWK): Promise<Key> {
  const { alg, kid } = jwk
  // A ring's own member: RFC 7517 has none for it.
  const enc: unknown = jwk['enc' as keyof JWK]
  if (!isAlgorithm(alg)) throw new SealbearerError('SB_RING_UNREADABLE', 'alg')
  const narrowed = isContentEncryptionAlgorithm(enc) ? { enc } : {}
  return importKey(jwk, { alg, ...(kid !== undefined && { kid }), ...narrowed }).catch(() => {
    throw new SealbearerError('SB_RING_UNREADABLE', 'keys')
  })
}

/** Takes over a key that was in use before there was a ring. @throws {TypeError} when it is not extractable. */
export async function adoptedJwk(key: Key): Promise<JWK> {
  const jwk = exportJwk(key)
  const kid =
    jwk.kid ?? (jwk.kty === 'oct' ? crypto.randomUUID() : await calculateJwkThumbprint(publicMembersOf(jwk)))
  return { ...jwk, kid }
}
