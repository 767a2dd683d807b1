import type { JWK } from 'jose'
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

/** What {@link importKey} is told beside the material. */
export interface ImportKeyOptions {
  /** The one algorithm the key is for. */
  readonly alg: Algorithm
  /** Key ID, written into tokens and used to choose among keys. Default: the JWK's own, else none. */
  readonly kid?: string
  /** Only a cross-check; every algorithm has one use. */
  readonly use?: 'sig' | 'enc'
  /** Content encryption, required with `dir`; narrows other key management to one. */
  readonly enc?: ContentEncryptionAlgorithm
  /** The public half of a private CryptoKey that cannot be exported; without it `publicJwks` throws for that key. */
  readonly publicJwk?: JWK
  /** Keep the private members, so that `exportJwk` can give them out again. @default false */
  readonly extractable?: boolean
}

/** Checks the options that every way to make a key has in common. */
export function keyDescription(options: Pick<ImportKeyOptions, 'alg' | 'kid' | 'use' | 'enc'>): {
  alg: Algorithm
  kid: string | undefined
  use: 'sig' | 'enc'
  enc: ContentEncryptionAlgorithm | undefined
} {
  const alg = algorithmOption('alg', options.alg, isAlgorithm, algorithms)
  const use = useOf(alg)
  if (options.use !== undefined && options.use !== use) throw new TypeError(`use: ${alg} is for "${use}"`)
  const { kid } = options
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || !isWellFormed(kid))) {
    throw new TypeError('kid: must be a string that is not empty, of well-formed Unicode')
  }
  return { alg, kid, use, enc: keyEncOption(alg, options.enc) }
}

/**
 * Checks the `enc` option of a key: `dir` needs it, because it sets the length of the secret; other key
 * management may be narrowed to one; a key for signatures has none.
 */
function keyEncOption(alg: Algorithm, enc: unknown): ContentEncryptionAlgorithm | undefined {
  if (enc === undefined) {
    if (alg !== 'dir') return undefined
    throw new TypeError(
      `enc: required with dir, one of ${Object.keys(contentEncryptionAlgorithms).join(', ')}`,
    )
  }
  if (isSignatureAlgorithm(alg)) throw new TypeError(`enc: leave it out, ${alg} signs`)
  if (!isContentEncryptionAlgorithm(enc)) {
    throw new TypeError(`enc: must be one of ${Object.keys(contentEncryptionAlgorithms).join(', ')}`)
  }
  return enc
}
