import { isMediaType } from '../compact/protected-header.js'
import { algorithmOption, isSignatureAlgorithm, signatureAlgorithms } from '../crypto/algorithms.js'
import type { JoseHeader } from '../crypto/engine.js'
import { encryptCompactJwe, readEncryptionAlgorithms, recipientKeys } from '../jwe/encrypt.js'
import { headerWriter, signCompactJws, signingKeys } from '../jws/sign.js'
import { issuingKeyFinder } from '../keys/trusted-keys.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import type { FreshClaims } from './issued-claims.js'
import type {
  AnyIssuerOptions,
  EncryptionOptions,
  NestedEncryptionOptions,
  SigningOptions,
} from './issuer-options.js'
import { nestingClaimOption } from './nested.js'
import { checkAuthenticates, policyForm } from './token-reader.js'

/** Serializes claims, given as JSON, as a token of one form. */
type TokenWriter = (claims: string, life: Pick<FreshClaims, 'iat' | 'exp'>) => MaybePromise<string>

/** Creates the writer for the form determined by `signature` and `encryption`. @throws {TypeError} */
export function tokenWriter(options: AnyIssuerOptions): TokenWriter {
  const form = policyForm(options)
  const { typ = 'JWT' } = options
  if (typ !== null && (!isMediaType(typ) || typ === 'any')) {
    throw new TypeError(
      "typ: must be text, such as 'at+jwt', without parameters; null for a header without typ",
    )
  }
  const { signature, encryption } = options
  if (encryption === undefined) return signingWriter(signature, typ)
  checkMembers('encryption', encryption, ['keyManagement', 'contentEncryption', 'keys', 'nesting'])
  if (signature === undefined) {
    const { nesting }: NestedEncryptionOptions = encryption
    if (nesting !== undefined) throw new TypeError('encryption.nesting: is for nested tokens; add signature')
    const encrypt = encryptingWriter(encryption, typHeader(typ))
    checkAuthenticates(form, [encryption.keyManagement])
    return encrypt
  }
  return nestingWriter(signingWriter(signature, typ), encryption)
}

const typHeader = (typ: string | null): JoseHeader => (typ === null ? {} : { typ })

function signingWriter(signature: SigningOptions, typ: string | null): TokenWriter {
  checkMembers('signature', signature, ['algorithm', 'keys'])
  const alg = algorithmOption(
    'signature.algorithm',
    signature.algorithm,
    isSignatureAlgorithm,
    signatureAlgorithms,
  )
  const keys = signingKeys('signature.keys', signature.keys, alg)
  const findKey = issuingKeyFinder(keys, { alg }, 'sign')
  const headerFor = headerWriter(typHeader(typ))
  return (claims) => chain(findKey(), (key) => signCompactJws(claims, key, headerFor(key)))
}

function encryptingWriter(
  encryption: EncryptionOptions,
  header: JoseHeader,
): (plaintext: string) => MaybePromise<string> {
  const { alg, enc } = readEncryptionAlgorithms('encryption.', encryption)
  const keys = recipientKeys('encryption.keys', encryption.keys, { alg, enc })
  const findKey = issuingKeyFinder(keys, { alg, enc }, 'encrypt')
  const encoder = new TextEncoder()
  return (plaintext) =>
    chain(findKey(), (key) => encryptCompactJwe(encoder.encode(plaintext), key, enc, header))
}

function nestingWriter(sign: TokenWriter, encryption: NestedEncryptionOptions): TokenWriter {
  const claim = nestingClaimOption(encryption.nesting)
  if (claim === undefined) {
    const encrypt = encryptingWriter(encryption, { cty: 'JWT' })
    return (claims, life) => chain(sign(claims, life), encrypt)
  }
  const encrypt = encryptingWriter(encryption, { typ: 'JWT' })
  return (claims, life) =>
    chain(sign(claims, life), (token) =>
      encrypt(JSON.stringify({ [claim]: token, iat: life.iat, exp: life.exp })),
    )
}
