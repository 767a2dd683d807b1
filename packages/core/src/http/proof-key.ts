import type { JWK } from 'jose'
import { LRUCache } from 'lru-cache'
import { readProtectedHeader } from '../compact/protected-header.js'
import { standaloneCopy } from '../compact/segments.js'
import { isSignatureAlgorithm, type SignatureAlgorithm } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { typOption } from '../jwt/typ-check.js'
import { importKey } from '../keys/import.js'
import { checkRsa, hasPrivateMembers, largestPublishedRsa } from '../keys/jwk.js'
import { keyMaterial } from '../keys/key.js'
import { jwkThumbprint } from '../keys/thumbprint.js'
import { chain, type MaybePromise } from '../maybe-promise.js'

type Verify = NonNullable<KeyOperations['verify']>

/** The key that a proof says it is signed with. Nothing has been verified with it. */
export interface ProofKey {
  readonly thumbprint: string
  /** Imports the key where it is not known yet. */
  verify(): MaybePromise<Verify>
  /** Remembers the key; call it once it has verified a proof. */
  keep(verify: Verify): void
}

interface KnownKey {
  readonly thumbprint: string
  readonly verify: Verify
}

/** Some 5 MB with the longest keys. A client that is forgotten costs an import again. */
const maxKeys = 1_000

/** Longer headers than those of large RSA keys have no use. */
const longestKept = 4_096

const invalid = (parameter: string): SealbearerError => new SealbearerError('SB_PROOF_INVALID', parameter)

/** RFC 9449 §4.2. */
const checkTyp = typOption('dpop+jwt')

/**
 * Makes the reader of proofs' headers (RFC 9449 §4.3, items 4, 5 and 7). Headers whose key has verified a proof are
 * remembered, and those alone.
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
      return { thumbprint, verify: () => verify, keep: doNothing }
    }
    const { alg, jwk } = readProofHeader(segment, algorithms)
    return chain(jwkThumbprint(jwk), (thumbprint) => {
      if (thumbprint === undefined) throw invalid('jwk')
      return {
        thumbprint,
        verify: () => importVerify(jwk, alg),
        keep(verify) {
          if (segment.length <= longestKept) known.set(standaloneCopy(segment), { thumbprint, verify })
        },
      }
    })
  }
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

async function importVerify(jwk: JWK, alg: SignatureAlgorithm): Promise<Verify> {
  try {
    // Whoever sends a proof chooses what it costs.
    if (jwk.kty === 'RSA') checkRsa(jwk, largestPublishedRsa)
    const { verify } = keyMaterial(await importKey(jwk, { alg })).operations
    if (verify !== undefined) return verify
  } catch {
    // The error would say what is wrong with the key, which is a client's own affair.
  }
  throw invalid('jwk')
}
