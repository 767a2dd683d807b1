import type { JWK } from 'jose'
import { engine } from '#crypto'
import type { MaybePromise } from '../maybe-promise.js'

/** The required members of a public key, in lexicographic order (RFC 7638 §3.2, RFC 8037 §2). */
const membersOfType: Readonly<Record<string, readonly (keyof JWK & string)[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

/**
 * The SHA-256 thumbprint of a public key, `undefined` for a JWK that is not one. The members are used as they are,
 * without validation.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7638#section-3 RFC 7638 §3}
 */
export function jwkThumbprint(jwk: JWK): MaybePromise<string> | undefined {
  const members =
    typeof jwk.kty === 'string' && Object.hasOwn(membersOfType, jwk.kty) && membersOfType[jwk.kty]
  if (!members) return undefined
  const values = members.map((name) => jwk[name])
  if (!values.every((value) => typeof value === 'string')) return undefined
  return engine.hash(JSON.stringify(Object.fromEntries(members.map((name, i) => [name, values[i]]))))
}
