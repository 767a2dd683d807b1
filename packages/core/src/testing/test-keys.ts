import type { Algorithm, ContentEncryptionAlgorithm } from '../crypto/algorithms.js'
import { importKey } from '../keys/import.js'
import type { Key } from '../keys/key.js'
import { secretLength } from '../keys/secret.js'
import { fixture } from './fixture-file.js'

/** Reads one of the keys that `fixtures/openssl/README.md` tells how to make. */
export const pem = (name: string): string => fixture(`openssl/${name}.pem`)

/** The same bytes at each run, of which no two neighbours are equal. */
export const bytes = (length: number, first = 1): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (first + i * 7) % 256)

/** The curve that an algorithm's test key is on, where no other is asked for. */
const usualKey = (alg: Algorithm): string | undefined => {
  if (/^(RS|PS)/.test(alg)) return 'rsa'
  if (alg === 'ES384') return 'ec-P-384'
  if (alg === 'ES512') return 'ec-P-521'
  if (/^Ed/.test(alg)) return 'ed25519'
  return /^E/.test(alg) ? 'ec-P-256' : undefined
}

interface TestKeyOptions {
  readonly kid?: string
  readonly enc?: ContentEncryptionAlgorithm
  readonly crv?: string
  /** Another secret, for what has nothing to do with the usual one. */
  readonly first?: number
  readonly extractable?: boolean
}

/** The name of the PEM files of a key pair; `undefined` where the algorithm takes a secret. */
export const pemNameFor = (alg: Algorithm, crv?: string): string | undefined => {
  if (crv === undefined) return usualKey(alg)
  return crv.startsWith('P-') ? `ec-${crv}` : crv.toLowerCase()
}

/** A secret, or a private key that can do both halves. */
export function testKey(alg: Algorithm, options: TestKeyOptions = {}): Promise<Key> {
  const { crv, first, ...rest } = options
  const name = pemNameFor(alg, crv)
  if (name !== undefined) return importKey(pem(`${name}.pkcs8`), { alg, ...rest })
  const enc = alg === 'dir' ? (options.enc ?? 'A256GCM') : options.enc
  const secret = bytes(secretLength(alg, enc).bytes, first)
  return importKey(secret, { alg, ...rest, ...(enc !== undefined && { enc }) })
}

/** The half of a pair that others have. */
export function testPublicKey(alg: Algorithm, options: TestKeyOptions = {}): Promise<Key> {
  const { crv, first: _, ...rest } = options
  return importKey(pem(`${pemNameFor(alg, crv)}.spki`), { alg, ...rest })
}
