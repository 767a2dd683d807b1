import { engine } from '#crypto'
import {
  checkHasClaims,
  nestedContentOption,
  type ProtectedHeader,
  type TypCheck,
  typOption,
} from '../compact/protected-header.js'
import { isSymmetricKeyManagement, type KeyManagementAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { jweDecrypter } from '../jwe/decrypt.js'
import { decryptionPolicy, type PinnedDecryptionPolicy } from '../jwe/policy.js'
import { jwsVerifier, type PinnedSignaturePolicy, payloadBytes, signaturePolicy } from '../jws/verify.js'
import type { KeySet, Keys } from '../keys/key.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import type { JwtClaims } from './claims.js'
import { unverifiedIssuer } from './decode.js'
import { byIssuer, checkKeysAreTied, isIssuerKeys, type VerifierSignaturePolicy } from './issuer-keys.js'
import { checkRepeatedClaims, innerToken, innerTokenOfClaim, nestingClaimOption } from './nested.js'
import { readClaims } from './validate.js'
import type { TokenForm } from './verification.js'
import type { AnyVerifierOptions, NestedDecryptionPolicy } from './verifier-options.js'

/**
 * Returns the form determined by the presence of `signature` and `encryption`.
 *
 * @throws {TypeError} if both are absent.
 */
export function policyForm(options: {
  readonly signature?: unknown
  readonly encryption?: unknown
}): TokenForm {
  if (options.signature !== undefined) return options.encryption === undefined ? 'signed' : 'nested'
  if (options.encryption !== undefined) return 'encrypted'
  throw new TypeError(
    'signature: set signature for signed tokens, encryption for encrypted ones, both for nested ones',
  )
}

/**
 * Rejects public-key encryption of unsigned claims: anyone who has the public key can create such tokens.
 *
 * @throws {TypeError}
 */
export function checkAuthenticates(form: TokenForm, keyManagement: Iterable<KeyManagementAlgorithm>): void {
  if (form !== 'encrypted') return
  for (const alg of keyManagement) {
    if (isSymmetricKeyManagement(alg)) continue
    throw new TypeError(
      `encryption.keyManagement: ${alg} encrypts to a public key, which does not authenticate the sender; add signature, or use encryptJwe/decryptJwe for data without a sender`,
    )
  }
}

/** The content of an authenticated token; issuer, audience and lifetime are not yet checked. */
export interface ReadToken {
  readonly claims: JwtClaims
  readonly protectedHeader: ProtectedHeader
  readonly encryptionHeader: ProtectedHeader | undefined
  /** Outer claims of a nested token, which also limit its lifetime. */
  readonly outerClaims: JwtClaims | undefined
}

/** Reads a token of one form. Throws or rejects with {@link SealbearerError}. */
type TokenReader = (token: string) => MaybePromise<ReadToken>

/** Reads signed tokens. */
function signedReader(policy: PinnedSignaturePolicy, checkTyp: TypCheck): TokenReader {
  const verify = jwsVerifier(policy, (header) => {
    checkHasClaims(header)
    checkTyp(header)
  })
  return (token) =>
    chain(verify(token), ({ payload, protectedHeader }) => ({
      claims: readClaims(engine.decodeBase64urlText(payload) ?? engine.decodeUtf8(payloadBytes(payload))),
      protectedHeader,
      encryptionHeader: undefined,
      outerClaims: undefined,
    }))
}

/** Reads signed tokens of several issuers with separate keys, selected by the unverified `iss`. */
function issuersReader(readerOf: (iss: string) => TokenReader): TokenReader {
  return (token) => {
    const iss = unverifiedIssuer(token.split('.', 2)[1] ?? '')
    if (iss === null) throw new SealbearerError('SB_ISSUER_MISMATCH', 'iss')
    return chain(readerOf(iss)(token), (read) => {
      if (read.claims.iss !== iss) throw new SealbearerError('SB_ISSUER_MISMATCH')
      return read
    })
  }
}

/** Reads encrypted tokens that contain claims. */
function encryptedReader(policy: PinnedDecryptionPolicy, checkTyp: TypCheck): TokenReader {
  const decrypt = jweDecrypter(policy, (header) => {
    checkHasClaims(header)
    checkTyp(header)
  })
  return (token) =>
    chain(decrypt(token), ({ plaintext, protectedHeader }) => {
      const claims = readClaims(engine.decodeUtf8(plaintext))
      checkRepeatedClaims(protectedHeader, claims)
      return { claims, protectedHeader, encryptionHeader: protectedHeader, outerClaims: undefined }
    })
}

/** Reads signed tokens inside encrypted ones, or inside a claim of them. */
function nestedReader(
  encryption: PinnedDecryptionPolicy,
  readInner: TokenReader,
  { cty, nesting }: NestedDecryptionPolicy,
): TokenReader {
  const claim = nestingClaimOption(nesting)
  const checkContent = claim !== undefined && cty === undefined ? checkHasClaims : nestedContentOption(cty)
  const decrypt = jweDecrypter(encryption, checkContent)
  return (token) =>
    chain(decrypt(token), ({ plaintext, protectedHeader: encryptionHeader }) => {
      const { token: inner, outerClaims } =
        claim === undefined
          ? { token: innerToken(plaintext), outerClaims: undefined }
          : innerTokenOfClaim(plaintext, claim)
      return chain(readInner(inner), (read) => {
        checkRepeatedClaims(encryptionHeader, read.claims)
        return { ...read, encryptionHeader, outerClaims }
      })
    })
}

const encryptionMembers = ['keyManagement', 'contentEncryption', 'keys', 'sharedByIssuers', 'cty', 'nesting']

/** How the tokens of a policy are read. */
export interface FormReader {
  readonly form: TokenForm
  readonly encryption: PinnedDecryptionPolicy | undefined
  /** All key sets that a result depends on. */
  readonly keySets: readonly KeySet[]
  readonly read: TokenReader
}

/** Creates the reader for the form determined by `signature` and `encryption`. @throws {TypeError} */
export function formReader(options: AnyVerifierOptions): FormReader {
  const form = policyForm(options)
  const issuers = typeof options.issuer === 'function' ? undefined : [options.issuer].flat()
  const checkTyp = typOption(options.typ)
  if (options.encryption !== undefined) checkMembers('encryption', options.encryption, encryptionMembers)
  if (options.signature === undefined) {
    const encryption = decryptionPolicy('encryption', options.encryption)
    checkKeysAreTied('encryption', options.encryption, issuers)
    checkAuthenticates(form, encryption.keyManagement)
    const { cty, nesting }: NestedDecryptionPolicy = options.encryption
    if (cty !== undefined || nesting !== undefined) {
      throw new TypeError('encryption: cty and nesting are for nested tokens; add signature, or remove them')
    }
    return { form, encryption, keySets: [encryption.keys], read: encryptedReader(encryption, checkTyp) }
  }
  const { keySets, read: readSigned } = signatureReader(options.signature, issuers, checkTyp)
  if (options.encryption === undefined) return { form, encryption: undefined, keySets, read: readSigned }
  const encryption = decryptionPolicy('encryption', options.encryption)
  const read = nestedReader(encryption, readSigned, options.encryption)
  return { form, encryption, keySets: [encryption.keys, ...keySets], read }
}

function signatureReader(
  policy: VerifierSignaturePolicy,
  issuers: readonly (string | null)[] | undefined,
  checkTyp: TypCheck,
): Pick<FormReader, 'keySets' | 'read'> {
  checkMembers('signature', policy, ['algorithms', 'keys', 'sharedByIssuers'])
  const { algorithms, keys } = policy
  const keySets: KeySet[] = []
  const readerOf = (own: Keys): TokenReader => {
    const signature = signaturePolicy('signature', { algorithms, keys: own })
    keySets.push(signature.keys)
    return signedReader(signature, checkTyp)
  }
  if (isIssuerKeys(keys)) return { read: issuersReader(byIssuer(keys, issuers, readerOf)), keySets }
  const read = readerOf(keys)
  checkKeysAreTied('signature', policy, issuers)
  return { read, keySets }
}
