import type { JWK } from 'jose'
import { LRUCache } from 'lru-cache'
import { engine } from '#crypto'
import { readProtectedHeader, typOption } from '../compact/protected-header.js'
import { standaloneCopy } from '../compact/segments.js'
import { isSignatureAlgorithm, type SignatureAlgorithm } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { importVerification } from '../keys/import.js'
import { checkRsa, hasPrivateMembers, jwkThumbprint, maxPublishedRsa } from '../keys/jwk.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'

type Verify = NonNullable<KeyOperations['verify']>

/** The key named by a proof. Nothing has been verified with it yet. */
export interface ProofKey {
  readonly thumbprint: string
  /** Imports the key if it is not cached. */
  verify(): MaybePromise<Verify>
  /** Caches the key; called after it has verified a proof. */
  keep(verify: Verify): void
  /** The hash of a token that is bound to the key, as in `ath` (RFC 9449 §4.2). */
  hashOf(token: string): MaybePromise<string>
}

interface KnownKey {
  readonly thumbprint: string
  readonly verify: Verify
  /** The last token: a client sends it with many proofs. */
  hashed?: { readonly token: string; readonly hash: string }
}

/** About 10 MB with the longest keys and tokens. An evicted client costs one more import. */
const maxKeys = 1_000

/** Longer than the headers of large RSA keys, and than most tokens. */
const maxKeptLength = 4_096

const invalid = (parameter: string): SealbearerError => new SealbearerError('SB_PROOF_INVALID', parameter)

/** RFC 9449 §4.2. */
const checkTyp = typOption('dpop+jwt')

/**
 * Creates the reader of proof headers (RFC 9449 §4.3, items 4, 5 and 7). Only headers whose key has verified a proof are
 * cached.
 */
export function proofKeyReader(
  algorithms: ReadonlySet<SignatureAlgorithm>,
): (segment: string) => MaybePromise<ProofKey> {
  const known = new LRUCache<string, KnownKey>({ max: maxKeys })
  const doNothing = (): void => {}

  return (segment) => {
    const remembered = known.get(segment)
    if (remembered !== undefined) {
      const { thumbprint, verify } = remembered
      return {
        thumbprint,
        verify: () => verify,
        keep: doNothing,
        hashOf: (token) => hashOf(token, remembered),
      }
    }
    const { alg, jwk } = readProofHeader(segment, algorithms)
    return chain(jwkThumbprint(jwk), (thumbprint) => {
      if (thumbprint === undefined) throw invalid('jwk')
      return {
        thumbprint,
        verify: () => importVerify(jwk, alg),
        keep(verify) {
          if (segment.length <= maxKeptLength) known.set(standaloneCopy(segment), { thumbprint, verify })
        },
        hashOf: engine.hash,
      }
    })
  }
}

function hashOf(token: string, key: KnownKey): MaybePromise<string> {
  if (key.hashed?.token === token) return key.hashed.hash
  return chain(engine.hash(token), (hash) => {
    if (token.length <= maxKeptLength) key.hashed = { token: standaloneCopy(token), hash }
    return hash
  })
}

function readProofHeader(segment: string, algorithms: ReadonlySet<SignatureAlgorithm>) {
  const header = readProtectedHeader(segment)
  checkTyp(header)
  const { alg, jwk } = header
  if (!isSignatureAlgorithm(alg) || !algorithms.has(alg)) throw invalid('alg')
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw invalid('jwk')
  // Members are checked as they are used.
  const read = jwk as JWK
  if (!Object.hasOwn(header, 'jwk') || hasPrivateMembers(read)) throw invalid('jwk')
  return { alg, jwk: read }
}

const importVerify = (jwk: JWK, alg: SignatureAlgorithm): MaybePromise<Verify> =>
  chainOrRecover(
    () => {
      // The sender of a proof determines its cost, so sizes are limited.
      if (jwk.kty === 'RSA') checkRsa(jwk, maxPublishedRsa)
      return importVerification(jwk, alg)
    },
    (verify) => {
      if (verify === undefined) throw invalid('jwk')
      return verify
    },
    () => {
      // The error describes the client's key, which is not reported.
      throw invalid('jwk')
    },
  )
