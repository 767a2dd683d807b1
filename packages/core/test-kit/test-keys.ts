import type { Algorithm, ContentEncryptionAlgorithm } from '../src/crypto/algorithms.js'
import { importKey } from '../src/keys/import.js'
import type { Key } from '../src/keys/key.js'
import { secretLength } from '../src/keys/secret.js'
import { fixture } from './fixture-file.js'

/** Reads one of the keys described in `fixtures/openssl/README.md`. */
export const pem = (name: string): string => fixture(`openssl/${name}.pem`)

/** The same bytes on each run, without equal neighbors. */
export const bytes = (length: number, first = 1): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (first + i * 7) % 256)

/** The default curve of an algorithm's test key. */
const usualKey = (alg: Algorithm): string | undefined => {
  if (/^(RS|PS)/.test(alg)) return 'rsa'
  if (alg === 'ES384') return 'ec-P-384'
  if (alg === 'ES512') return 'ec-P-521'
  if (/^Ed/.test(alg)) return 'ed25519'
  if (/^ML-DSA/.test(alg)) return alg.toLowerCase()
  return /^E/.test(alg) ? 'ec-P-256' : undefined
}

interface TestKeyOptions {
  readonly kid?: string
  readonly enc?: ContentEncryptionAlgorithm
  readonly crv?: string
  /** Selects another secret. */
  readonly first?: number
  readonly extractable?: boolean
}

/** The name of the PEM files of a key pair; `undefined` if the algorithm uses a secret. */
export const pemNameFor = (alg: Algorithm, crv?: string): string | undefined => {
  if (crv === undefined) return usualKey(alg)
  return crv.startsWith('P-') ? `ec-${crv}` : crv.toLowerCase()
}

/** A secret, or a private key with its public half. */
export function testKey(alg: Algorithm, options: TestKeyOptions = {}): Promise<Key> {
  const { crv, first, ...rest } = options
  const name = pemNameFor(alg, crv)
  if (name !== undefined) return importKey(pem(`${name}.pkcs8`), { alg, ...rest })
  const enc = alg === 'dir' ? (options.enc ?? 'A256GCM') : options.enc
  const secret = bytes(secretLength(alg, enc).bytes, first)
  return importKey(secret, { alg, ...rest, ...(enc !== undefined && { enc }) })
}

/** The public half of a pair. */
export function testPublicKey(alg: Algorithm, options: TestKeyOptions = {}): Promise<Key> {
  const { crv, first: _, ...rest } = options
  return importKey(pem(`${pemNameFor(alg, crv)}.spki`), { alg, ...rest })
}
