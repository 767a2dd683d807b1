import { engine } from '#crypto'
import { ownMember, parseJsonObject } from '../compact/json.js'
import { defaultMaxTokenSize, splitJws } from '../compact/segments.js'
import type { SignatureAlgorithm } from '../crypto/algorithms.js'
import { isSealbearerError, SealbearerError } from '../errors.js'
import { chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { claimOnce, type ReplayStore } from '../stores/replay-store.js'
import { type ProofKey, proofKeyReader } from './proof-key.js'
import type { ProofNonces } from './proof-nonce.js'
import type { AuthRequest } from './request.js'
import { namesTarget } from './target-uri.js'

/** The validated options of the proof check. */
export interface ProofPolicy {
  readonly origin: string
  readonly algorithms: ReadonlySet<SignatureAlgorithm>
  readonly replay: ReplayStore
  readonly nonces: ProofNonces | undefined
  /** Seconds. */
  readonly maxAge: number
  /** Seconds. */
  readonly clockTolerance: number
  readonly clock: () => number
}

interface ProofClaims {
  readonly jti: string
  readonly htm: string
  readonly htu: string
  readonly iat: number
  readonly ath: string
  readonly nonce: unknown
  readonly exp: number | undefined
  readonly nbf: number | undefined
}

const maxJtiLength = 256

const invalid = (parameter: string): SealbearerError => new SealbearerError('SB_PROOF_INVALID', parameter)

/**
 * Creates the check of a request's proof: signed by the key that the token is bound to, for this request and this token,
 * recent, and never used before. The cheapest checks come first, and the key of a proof is not imported unless its
 * thumbprint is that of the token.
 *
 * @returns A function that rejects with the code of the rejection.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-4.3 RFC 9449 §4.3}
 */
export function createProofCheck(
  policy: ProofPolicy,
): (request: AuthRequest, token: string, jkt: string) => Promise<void> {
  const { origin, nonces, maxAge, clockTolerance, clock } = policy
  const readKey = proofKeyReader(policy.algorithms)
  const readProofKey = (protectedHeader: string): MaybePromise<ProofKey> =>
    chainOrRecover(
      () => readKey(protectedHeader),
      (key) => key,
      failAsProof,
    )

  const checkClaims = (claims: ProofClaims, { method, target }: AuthRequest): void => {
    if (claims.htm !== method) throw invalid('htm')
    if (!namesTarget(claims.htu, origin, target)) throw invalid('htu')
    const now = clock()
    const age = now - claims.iat
    if (!(age <= maxAge && age >= -clockTolerance)) throw invalid('iat')
    // RFC 7519 §4.1.4, §4.1.5: proofs need neither, but a client may set a shorter lifetime.
    if (claims.exp !== undefined && !(now < claims.exp + clockTolerance)) throw invalid('exp')
    if (claims.nbf !== undefined && !(now >= claims.nbf - clockTolerance)) throw invalid('nbf')
  }

  const spend = async (thumbprint: string, { jti, iat }: ProofClaims): Promise<void> => {
    const key = `dpop:${await engine.hash(`${thumbprint} ${jti}`)}`
    // As long as another process would accept it, even if the clock of this one is ahead and the proof is newer than it seems.
    const seconds = Math.ceil(maxAge + clockTolerance + Math.max(0, iat - clock()))
    if (!(await claimOnce(policy.replay, key, seconds))) throw new SealbearerError('SB_PROOF_REPLAYED')
  }

  return async (request, token, jkt) => {
    const { protectedHeader, payload, signature, signingInput } = segmentsOf(proofOf(request))
    const found = readProofKey(protectedHeader)
    // Nothing that is already there is awaited: that would take as long as checking it.
    const key = isPromise(found) ? await found : found
    if (key.thumbprint !== jkt) throw new SealbearerError('SB_CONFIRMATION_MISMATCH', 'jkt')
    const claims = readClaims(payload)
    checkClaims(claims, request)
    if (nonces !== undefined && !(await nonces.isFresh(claims.nonce))) {
      throw new SealbearerError('SB_PROOF_NONCE')
    }
    const ath = key.hashOf(token)
    if (claims.ath !== (isPromise(ath) ? await ath : ath)) throw invalid('ath')
    const verified = verifySignature(key, signingInput, signature)
    if (isPromise(verified)) await verified
    await spend(key.thumbprint, claims)
  }
}

/** RFC 9449 §4.3, item 1. */
function proofOf(request: AuthRequest): string {
  const [proof, another] = request.header('dpop')
  if (proof === undefined) throw new SealbearerError('SB_PROOF_MISSING')
  if (another !== undefined) throw new SealbearerError('SB_PROOF_REPEATED')
  return proof
}

function segmentsOf(proof: string) {
  if (proof.length > defaultMaxTokenSize) throw invalid('size')
  try {
    return splitJws(proof)
  } catch {
    throw invalid('form')
  }
}

/** Header errors refer to tokens; maps them to proofs. */
function failAsProof(error: unknown): never {
  if (!isSealbearerError(error) || error.code === 'SB_PROOF_INVALID') throw error
  throw invalid(error.code === 'SB_TYP_MISMATCH' ? 'typ' : (error.parameter ?? 'header'))
}

function readClaims(segment: string): ProofClaims {
  const payload = parseJsonObject(engine.decodeBase64urlText(segment))
  if (payload === undefined) throw invalid('payload')
  const text = (name: string): string => {
    const value = ownMember(payload, name)
    if (typeof value !== 'string') throw invalid(name)
    return value
  }
  const jti = text('jti')
  if (jti.length < 1 || jti.length > maxJtiLength) throw invalid('jti')
  const optionalNumber = (name: string): number | undefined => {
    const value = ownMember(payload, name)
    if (value !== undefined && typeof value !== 'number') throw invalid(name)
    return value
  }
  const iat = optionalNumber('iat')
  if (iat === undefined) throw invalid('iat')
  return {
    jti,
    iat,
    htm: text('htm'),
    htu: text('htu'),
    ath: text('ath'),
    nonce: ownMember(payload, 'nonce'),
    exp: optionalNumber('exp'),
    nbf: optionalNumber('nbf'),
  }
}

function verifySignature(key: ProofKey, signingInput: string, signature: string): MaybePromise<void> {
  return chain(key.verify(), (verify) =>
    chainOrRecover(
      () => verify(signingInput, signature),
      (isValid) => {
        if (isValid !== true) throw invalid('signature')
        key.keep(verify)
      },
      () => {
        throw invalid('signature')
      },
    ),
  )
}
