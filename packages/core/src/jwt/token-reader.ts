import { engine } from '#crypto'
import type { ProtectedHeader } from '../compact/protected-header.js'
import { jweDecrypter } from '../jwe/decrypt.js'
import type { PinnedDecryptionPolicy } from '../jwe/decryption-policy.js'
import type { PinnedSignaturePolicy } from '../jws/signature-policy.js'
import { jwsVerifier, payloadOctets } from '../jws/verify.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { type JwtClaims, readClaims } from './claims.js'
import { checkEnvelopeContent, checkRepeatedClaims, innerToken, innerTokenOfClaim } from './nested.js'
import type { TypCheck } from './typ-check.js'

/** What stands in a token once it is authenticated: not yet for whom, from whom, or until when. */
export interface ReadToken {
  readonly claims: JwtClaims
  readonly protectedHeader: ProtectedHeader
  readonly encryptionHeader: ProtectedHeader | undefined
  /** Claims beside the inner token, whose life limits it too. */
  readonly outerClaims: JwtClaims | undefined
}

/** Opens a token of one form. Throws or rejects with {@link SealbearerError}. */
export type TokenReader = (token: string) => MaybePromise<ReadToken>

/** Reads signed tokens. */
export function signedReader(policy: PinnedSignaturePolicy, checkTyp: TypCheck): TokenReader {
  const verify = jwsVerifier(policy, checkTyp)
  return (token) =>
    chain(verify(token), ({ payload, protectedHeader }) => ({
      claims: readClaims(engine.decodeBase64urlText(payload) ?? engine.decodeUtf8(payloadOctets(payload))),
      protectedHeader,
      encryptionHeader: undefined,
      outerClaims: undefined,
    }))
}

/** Reads envelopes with claims in them. */
export function encryptedReader(policy: PinnedDecryptionPolicy, checkTyp: TypCheck): TokenReader {
  const decrypt = jweDecrypter(policy, (header) => {
    checkEnvelopeContent(header, 'claims')
    checkTyp(header)
  })
  return (token) =>
    chain(decrypt(token), ({ plaintext, protectedHeader }) => {
      const claims = readClaims(engine.decodeUtf8(plaintext))
      checkRepeatedClaims(protectedHeader, claims)
      return { claims, protectedHeader, encryptionHeader: protectedHeader, outerClaims: undefined }
    })
}

/** Reads signed tokens inside envelopes, or inside a claim of them. */
export function nestedReader(
  envelope: PinnedDecryptionPolicy,
  readInner: TokenReader,
  { cty, claim }: { readonly cty: 'JWT' | 'any'; readonly claim: string | undefined },
): TokenReader {
  const content = claim !== undefined && cty === 'JWT' ? 'claims' : cty
  const decrypt = jweDecrypter(envelope, (header) => checkEnvelopeContent(header, content))
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
