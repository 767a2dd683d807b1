import type { JWK } from 'jose'
import {
  type Algorithm,
  algorithmOption,
  type ContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
  useOf,
} from '../crypto/algorithms.js'
import { keyEncOption } from './secret-strength.js'

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
  /** The public half of a private CryptoKey that can't be exported; without it `publicJwks` throws for that key. */
  readonly publicJwk?: JWK
  /** Keep the private members, so that `exportJwk` can give them out again. @default false */
  readonly extractable?: boolean
}

export const isAlgorithm = (alg: unknown): alg is Algorithm =>
  isSignatureAlgorithm(alg) || isKeyManagementAlgorithm(alg)

/** Checks the options that every way to make a key has in common. */
export function keyDescription(options: Pick<ImportKeyOptions, 'alg' | 'kid' | 'use' | 'enc'>): {
  alg: Algorithm
  kid: string | undefined
  use: 'sig' | 'enc'
  enc: ContentEncryptionAlgorithm | undefined
} {
  const alg = algorithmOption('alg', options.alg, isAlgorithm, {
    ...signatureAlgorithms,
    ...keyManagementAlgorithms,
  })
  const use = useOf(alg)
  if (options.use !== undefined && options.use !== use) throw new TypeError(`use: ${alg} is for "${use}"`)
  const { kid } = options
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) {
    throw new TypeError('kid: must be a string that is not empty')
  }
  return { alg, kid, use, enc: keyEncOption(alg, options.enc) }
}
