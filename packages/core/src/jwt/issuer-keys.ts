import { SealbearerError } from '../errors.js'
import type { SignaturePolicy } from '../jws/verify.js'
import { isKey, isKeySet, type Keys } from '../keys/key.js'
import { partyOf } from './validate.js'

/** Keys by issuer: a key never verifies a token of another issuer (RFC 8725 §3.8). */
export type IssuerKeys = Readonly<Record<string, Keys>>

/** Whose signatures a verifier accepts. */
export interface VerifierSignaturePolicy extends Omit<SignaturePolicy, 'keys'> {
  /** Public keys, or secrets for HMAC. With several issuers: an object with the keys of each, by issuer. */
  readonly keys: Keys | IssuerKeys
  /** Opts out of per-issuer keys if one party signs for all issuers of the policy, and could use the name of any. */
  readonly sharedByIssuers?: true
}

const isKeys = (value: unknown): boolean =>
  isKey(value) || isKeySet(value) || (Array.isArray(value) && value.every(isKeys))

/** Whether a `keys` option assigns keys to issuers. */
export const isIssuerKeys = (keys: unknown): keys is IssuerKeys =>
  typeof keys === 'object' &&
  keys !== null &&
  !isKeys(keys) &&
  !Array.isArray(keys) &&
  Object.values(keys).every(isKeys)

/** One key is one signer, regardless of the issuer names. */
const isOneKey = (keys: unknown): boolean => [keys].flat().length === 1 && [keys].flat().every(isKey)

/**
 * Rejects keys shared by several issuers: each of them could issue tokens in the name of any other.
 *
 * @param issuers `undefined` if a function decides, which can accept any number.
 * @throws {TypeError}
 */
export function checkKeysAreTied(
  option: string,
  policy: { readonly keys: unknown; readonly sharedByIssuers?: unknown },
  issuers: readonly (string | null)[] | undefined,
): void {
  const { keys, sharedByIssuers } = policy
  if (sharedByIssuers !== undefined && sharedByIssuers !== true) {
    throw new TypeError(`${option}.sharedByIssuers: must be true, or left out`)
  }
  const isOneIssuer = issuers !== undefined && new Set(issuers.map(partyOf)).size === 1
  if (isOneIssuer || sharedByIssuers === true || isOneKey(keys)) return
  const tied = option === 'signature' ? "tie them, keys: { 'https://issuer.example': itsKeys, … }, or " : ''
  throw new TypeError(
    `${option}.keys: several issuers share these keys, so that each could sign as any other (RFC 8725 §3.8); ${tied}give createAuthenticator one verifier for each issuer. Where one party signs for all of them, set sharedByIssuers: true`,
  )
}

/**
 * Names the parties that sign the tokens of a policy: one for each issuer with keys of its own.
 *
 * @param issuers `undefined` if a function decides.
 */
export function signersOf(keys: unknown, issuers: readonly (string | null)[] | undefined): readonly string[] {
  if (isIssuerKeys(keys)) return Object.keys(keys).map(partyOf)
  return [partyOf(issuers?.[0] ?? null)]
}

/** Creates something for the keys of each issuer. @throws {TypeError} if issuers and keys do not match. */
export function byIssuer<T>(
  keys: IssuerKeys,
  issuers: readonly (string | null)[] | undefined,
  make: (keys: Keys) => T,
): (iss: string) => T {
  const names = Object.keys(keys)
  const missing = issuers?.find((issuer) => issuer === null || !names.includes(issuer))
  const extra = issuers === undefined ? undefined : names.find((name) => !issuers.includes(name))
  if (names.length === 0 || missing !== undefined || extra !== undefined) {
    throw new TypeError('signature.keys: must have the keys of every issuer in "issuer", and of no other')
  }
  const made = new Map(Object.entries(keys).map(([name, own]) => [name, make(own)]))
  return (iss) => {
    const found = made.get(iss)
    if (found === undefined) throw new SealbearerError('SB_ISSUER_MISMATCH')
    return found
  }
}
