import type { StandardSchemaV1 } from '@standard-schema/spec'
import { decryptionPolicy, type PinnedDecryptionPolicy } from '../jwe/decryption-policy.js'
import { signaturePolicy } from '../jws/signature-policy.js'
import type { KeySet } from '../keys/key-selection.js'
import { checkMembers } from '../options.js'
import { nestingClaimOption } from './nesting-option.js'
import { checkAuthenticates, policyForm } from './policy-form.js'
import { encryptedReader, nestedReader, signedReader, type TokenReader } from './token-reader.js'
import { typOption } from './typ-check.js'
import type { TokenForm } from './verified-token.js'
import type { EnvelopePolicy, VerifierOptions } from './verifier-options.js'

const encryptionMembers = ['keyManagement', 'contentEncryption', 'keys', 'cty', 'nesting']

/** How the tokens of a policy are opened. */
export interface FormReader {
  readonly form: TokenForm
  readonly envelope: PinnedDecryptionPolicy | undefined
  /** All that a verdict rests on. */
  readonly keySets: readonly KeySet[]
  readonly read: TokenReader
}

/** Makes the reader of the form that the presence of `signature` and `encryption` asks for. @throws {TypeError} */
export function formReader(options: VerifierOptions<StandardSchemaV1 | undefined>): FormReader {
  const form = policyForm(options)
  const checkTyp = typOption(options.typ)
  if (options.encryption !== undefined) checkMembers('encryption', options.encryption, encryptionMembers)
  if (options.signature === undefined) {
    const envelope = decryptionPolicy('encryption', options.encryption)
    checkAuthenticates(form, envelope.keyManagement)
    const { cty, nesting }: EnvelopePolicy = options.encryption
    if (cty !== undefined || nesting !== undefined) {
      throw new TypeError(
        'encryption: cty and nesting are for nested tokens; add signature, or leave them out',
      )
    }
    return { form, envelope, keySets: [envelope.keys], read: encryptedReader(envelope, checkTyp) }
  }
  const signature = signaturePolicy('signature', options.signature)
  const readSigned = signedReader(signature, checkTyp)
  if (options.encryption === undefined) {
    return { form, envelope: undefined, keySets: [signature.keys], read: readSigned }
  }
  const envelope = decryptionPolicy('encryption', options.encryption)
  const read = nestedReader(envelope, readSigned, nestingOptions(options.encryption))
  return { form, envelope, keySets: [envelope.keys, signature.keys], read }
}

function nestingOptions({ cty, nesting }: EnvelopePolicy): {
  readonly cty: 'JWT' | 'any'
  readonly claim: string | undefined
} {
  if (cty !== undefined && cty !== 'any') {
    throw new TypeError("encryption.cty: leave it out for 'JWT', or opt out with 'any'")
  }
  return { cty: cty ?? 'JWT', claim: nestingClaimOption(nesting) }
}
