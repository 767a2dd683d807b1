import type { JWK } from 'jose'
import type {
  ContentEncryptionAlgorithm,
  KeyManagementAlgorithm,
  SignatureAlgorithm,
} from '#core/crypto/algorithms.js'
import type { ErrorCode } from '#core/error-table.js'
import { fixture } from './fixture-file.js'

/** Where an example stands in its RFC. */
interface Example {
  readonly section: string
  readonly title: string
}

interface Keyed extends Example {
  readonly key: JWK
}

/** A JWS that verifies. */
interface SignedExample extends Keyed {
  readonly alg: SignatureAlgorithm
  readonly token: string
  readonly payload: string
}

/** A JWE that opens. */
interface EncryptedExample extends Keyed {
  readonly alg: KeyManagementAlgorithm
  readonly enc: ContentEncryptionAlgorithm
  readonly token: string
  readonly plaintext: string
}

/** A token of an algorithm or serialization that is not supported, under the policy that comes nearest to it. */
export type RefusedExample = Keyed & {
  readonly token: string
  readonly code: ErrorCode
} & (
    | { readonly alg: SignatureAlgorithm; readonly enc?: undefined }
    | { readonly alg: KeyManagementAlgorithm; readonly enc: ContentEncryptionAlgorithm }
  )

/** A test case of RFC 7518 appendix B; bytes in hexadecimal. */
interface ContentEncryptionExample extends Example {
  readonly enc: ContentEncryptionAlgorithm
  readonly key: string
  readonly iv: string
  readonly additionalData: string
  readonly plaintext: string
  readonly ciphertext: string
  readonly tag: string
}

/** An agreement on a key, of which RFCs give the keys and the result, but no token. */
interface KeyAgreementExample extends Keyed {
  readonly alg: KeyManagementAlgorithm
  readonly enc: ContentEncryptionAlgorithm
  readonly ephemeralKey: JWK
}

interface ThumbprintExample extends Keyed {
  readonly thumbprint: string
}

interface NestedExample extends Keyed {
  readonly enc: ContentEncryptionAlgorithm
  readonly signingKey: JWK
  readonly token: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** What the files of `vectors/` hold. */
export interface RfcVectors {
  readonly rfc7515: { readonly signed: readonly SignedExample[]; readonly refused: readonly RefusedExample[] }
  readonly rfc7516: {
    readonly encrypted: readonly EncryptedExample[]
    readonly refused: readonly RefusedExample[]
  }
  readonly rfc7518: {
    readonly contentEncryption: readonly ContentEncryptionExample[]
    readonly keyAgreement: KeyAgreementExample & {
      readonly apu: string
      readonly apv: string
      readonly agreedKey: string
    }
  }
  readonly rfc7519: {
    readonly signed: readonly (Keyed & { readonly token: string; readonly claims: object })[]
    readonly refused: readonly RefusedExample[]
    readonly encrypted: Keyed & {
      readonly enc: ContentEncryptionAlgorithm
      readonly token: string
      readonly claims: object
    }
    readonly nested: NestedExample & { readonly alg: SignatureAlgorithm; readonly inner: string }
  }
  readonly rfc7520: {
    readonly signed: readonly SignedExample[]
    readonly encrypted: readonly EncryptedExample[]
    readonly refused: readonly RefusedExample[]
    readonly nested: NestedExample & {
      readonly alg: KeyManagementAlgorithm
      readonly signingAlg: SignatureAlgorithm
    }
  }
  readonly rfc7638: { readonly thumbprints: readonly ThumbprintExample[] }
  readonly rfc8037: {
    readonly signed: readonly SignedExample[]
    readonly thumbprints: readonly ThumbprintExample[]
    readonly keyAgreement: KeyAgreementExample & { readonly sharedSecret: string }
    readonly refusedKeys: readonly (Keyed & {
      readonly alg: KeyManagementAlgorithm
      readonly enc: ContentEncryptionAlgorithm
    })[]
  }
  readonly rfc9964: { readonly signed: readonly SignedExample[] }
}

/** Reads the examples of one RFC. */
export function rfcVectors<Name extends keyof RfcVectors>(name: Name): RfcVectors[Name] {
  // The tests that read a file use every member of it.
  return JSON.parse(fixture(`${name}.json`)) as RfcVectors[Name]
}
