import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { type Algorithm, algorithms, type ContentEncryptionAlgorithm } from '../crypto/algorithms.js'
import { checkMembers, countOption, oneOf } from '../options.js'
import { importKey } from './import.js'
import { checkModulusBits, publicMembersOf } from './jwk.js'
import type { Key } from './key.js'
import { checkSupported, keyDescription } from './key-description.js'
import { keyFromBytes, secretLength } from './secret.js'

/** Options of {@link generateKey}. */
export interface GenerateKeyOptions {
  /** Key ID. @default the thumbprint (RFC 7638) of a pair; none for a secret */
  readonly kid?: string
  /** Content encryption, required with `dir`. @default none */
  readonly enc?: ContentEncryptionAlgorithm
  /** Curve, required with ECDH-ES algorithms, which do not determine it. @default none */
  readonly crv?: 'P-256' | 'P-384' | 'P-521' | 'X25519'
  /** Bits of an RSA modulus. @default 2048 */
  readonly modulusLength?: number
  /** Allow `exportJwk` to return the private members. @default false */
  readonly extractable?: boolean
}

const optionNames = [
  'kid',
  'enc',
  'crv',
  'modulusLength',
  'extractable',
] as const satisfies readonly (keyof GenerateKeyOptions)[]
const agreementCurves = ['P-256', 'P-384', 'P-521', 'X25519'] as const

/**
 * Generates a key: a pair that both signs and verifies (or decrypts and encrypts), or a secret.
 *
 * @throws {TypeError} for an `alg` that this runtime lacks, `dir` without `enc`, ECDH-ES without `crv`, an RSA modulus
 * under 2048 or over 16384 bits, and options that do not apply to `alg`.
 */
export async function generateKey(alg: Algorithm, options: GenerateKeyOptions = {}): Promise<Key> {
  checkMembers('generateKey', options, optionNames)
  const { crv, modulusLength, ...rest } = options
  const description = { ...rest, alg }
  const { enc } = keyDescription(description)
  const { kty, curves = [] } = algorithms[alg]
  const leavesCurveOpen = curves.length > 1
  if (leavesCurveOpen) oneOf(`crv (required with ${alg})`, crv, agreementCurves)
  else if (crv !== undefined) throw new TypeError(`crv: remove it, ${alg} has only one choice`)
  const isRsa = kty.includes('RSA')
  if (modulusLength !== undefined) {
    if (!isRsa) throw new TypeError(`modulusLength: remove it, ${alg} is not RSA`)
    checkModulusBits(countOption('modulusLength', modulusLength, 1))
  }
  if (kty.includes('oct')) {
    return keyFromBytes(crypto.getRandomValues(new Uint8Array(secretLength(alg, enc).bytes)), description)
  }
  await checkSupported(alg)
  const pair = await generateKeyPair(alg, {
    extractable: true,
    ...(crv !== undefined && { crv }),
    ...(modulusLength !== undefined && { modulusLength }),
  })
  const jwk = await exportJWK(pair.privateKey)
  const kid = options.kid ?? (await calculateJwkThumbprint(publicMembersOf(jwk)))
  return importKey(jwk, { ...description, kid })
}
