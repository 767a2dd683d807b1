import type { JWK } from 'jose'
import { engine } from '#crypto'
import { isWellFormed } from '../compact/json.js'
import {
  type Algorithm,
  algorithmOption,
  algorithms,
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isAlgorithm,
  isContentEncryptionAlgorithm,
  isSignatureAlgorithm,
  useOf,
} from '../crypto/algorithms.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { InvalidKeyError } from './invalid-key-error.js'

/** Options of {@link importKey}. */
export interface ImportKeyOptions {
  /** The only algorithm the key is used for. */
  readonly alg: Algorithm
  /** Key ID, added to tokens and used to select keys. @default that of a JWK, otherwise none */
  readonly kid?: string
  /** Only a cross-check; every algorithm has exactly one use. @default not checked */
  readonly use?: 'sig' | 'enc'
  /** Content encryption, required with `dir`; restricts other key management to one. @default none */
  readonly enc?: ContentEncryptionAlgorithm
  /**
   * The public half of a private CryptoKey that cannot be exported; without it `publicJwks` throws for that key.
   *
   * @default exported from the key
   */
  readonly publicJwk?: JWK
  /** Keep the private members, so that `exportJwk` can return them. @default false */
  readonly extractable?: boolean
}

/** Validates the options common to all ways of creating a key. */
export function keyDescription(
  options: Pick<ImportKeyOptions, 'alg' | 'kid' | 'use' | 'enc' | 'extractable'>,
): {
  alg: Algorithm
  kid: string | undefined
  use: 'sig' | 'enc'
  enc: ContentEncryptionAlgorithm | undefined
} {
  const alg = algorithmOption('alg', options.alg, isAlgorithm, algorithms)
  const use = useOf(alg)
  if (options.use !== undefined && options.use !== use) throw new TypeError(`use: ${alg} is for "${use}"`)
  const { kid, extractable } = options
  if (extractable !== undefined && typeof extractable !== 'boolean') {
    throw new TypeError('extractable: must be true or false')
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || !isWellFormed(kid))) {
    throw new InvalidKeyError('kid: must be a non-empty string of well-formed Unicode')
  }
  return { alg, kid, use, enc: keyEncOption(alg, options.enc) }
}

/**
 * Validates the `enc` option of a key: `dir` requires it, because it determines the length of the secret; other key
 * management can be restricted to one; signature keys have none.
 */
function keyEncOption(alg: Algorithm, enc: unknown): ContentEncryptionAlgorithm | undefined {
  if (enc === undefined) {
    if (alg !== 'dir') return undefined
    throw new TypeError(
      `enc: required with dir, one of ${Object.keys(contentEncryptionAlgorithms).join(', ')}`,
    )
  }
  if (isSignatureAlgorithm(alg)) throw new TypeError(`enc: remove it, ${alg} is a signature algorithm`)
  if (!isContentEncryptionAlgorithm(enc)) {
    throw new TypeError(`enc: must be one of ${Object.keys(contentEncryptionAlgorithms).join(', ')}`)
  }
  return enc
}

const known = new Map<Algorithm, boolean>()

/** Why a key for an algorithm cannot be used on this runtime; `undefined` for algorithms that the runtime has. */
export function whyUnsupported(alg: Algorithm): MaybePromise<string | undefined> {
  const supported = known.get(alg) ?? engine.supports(alg)
  return chain(supported, (isSupported) => {
    known.set(alg, isSupported)
    return isSupported
      ? undefined
      : `alg: ${alg} needs a runtime that has it, such as Node.js 24.7 or later with OpenSSL 3.5`
  })
}

/** @throws {TypeError} for an algorithm that this runtime lacks, with the version that has it. */
export const checkSupported = (alg: Algorithm): MaybePromise<void> =>
  chain(whyUnsupported(alg), (reason) => {
    if (reason !== undefined) throw new InvalidKeyError(reason)
  })
