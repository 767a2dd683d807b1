import type { JWK } from 'jose'
import type { KeyOperations } from '../crypto/engine.js'

/** `key_ops` values that allow each operation (RFC 7517 §4.3). */
const operationNames: Readonly<Record<keyof KeyOperations, readonly string[]>> = {
  sign: ['sign'],
  verify: ['verify'],
  encrypt: ['encrypt', 'wrapKey'],
  decrypt: ['decrypt', 'unwrapKey'],
}
const agreementNames = ['deriveKey', 'deriveBits']

/**
 * Restricts a key to the operations in its `key_ops`.
 *
 * @throws {TypeError} if none remains.
 */
export function allowedOperations(operations: KeyOperations, jwk: JWK): KeyOperations {
  const named: unknown = jwk.key_ops
  if (named === undefined) return operations
  if (!Array.isArray(named) || !named.every((name) => typeof name === 'string' && name !== '')) {
    throw new TypeError('key: "key_ops" of the JWK must be a list of names')
  }
  if (new Set(named).size < named.length) {
    throw new TypeError('key: "key_ops" of the JWK names an operation twice (RFC 7517 §4.3)')
  }
  const agrees = isAgreementKey(jwk) && operations.sign === undefined && operations.verify === undefined
  // WebCrypto exports the public half of a key agreement pair with an empty list.
  if (agrees && named.length === 0 && jwk.d === undefined) return operations
  const allowed = Object.entries(operations).filter(([name]) => {
    // The keys of KeyOperations.
    const names = agrees ? agreementNames : operationNames[name as keyof KeyOperations]
    return names.some((operation) => named.includes(operation))
  })
  if (allowed.length === 0)
    throw new TypeError('key: "key_ops" of the JWK allows no operation of its algorithm')
  return Object.fromEntries(allowed)
}

const isAgreementKey = (jwk: JWK): boolean => jwk.kty === 'EC' || jwk.crv === 'X25519'
