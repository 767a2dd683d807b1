import type { JWK } from 'jose'
import {
  type Algorithm,
  algorithms,
  contentEncryptionAlgorithms,
  isAlgorithm,
  isContentEncryptionAlgorithm,
} from '../crypto/algorithms.js'
import type { MaybePromise } from '../maybe-promise.js'
import { type Candidate, keyCandidate } from './candidate-set.js'
import { importKey } from './import.js'
import { InvalidKeyError } from './invalid-key-error.js'
import { bareJwk, checkDescription, checkJwk, publicMembersOf } from './jwk.js'
import { type Key, type KeySelector, openKey } from './key.js'

const names: readonly Algorithm[] = Object.keys(algorithms).filter(isAlgorithm)

/** The algorithms for the type and curve of a JWK, regardless of its other members. */
const algorithmsOfType = (jwk: JWK): readonly Algorithm[] =>
  names.filter((alg) => {
    const { kty, curves } = algorithms[alg]
    const isOnCurve = curves === undefined || jwk.kty === 'RSA' || curves.some((curve) => curve === jwk.crv)
    return isOnCurve && kty.some((type) => type === jwk.kty)
  })

/** Whether a JWK has an unsupported type, curve or algorithm, which RFC 7517 §5 says to ignore within a set. */
export function isForeignJwk(jwk: JWK): boolean {
  if (jwk.alg === undefined) return algorithmsOfType(jwk).length === 0
  return !isAlgorithm(jwk.alg) && !isContentEncryptionAlgorithm(jwk.alg)
}

/** The members that identify a key; certificates and other metadata are ignored. */
const descriptionOf = ({ kid, alg, use, key_ops, k, ...jwk }: JWK): string =>
  JSON.stringify([kid, alg, use, key_ops, jwk.kty === 'oct' ? k : bareJwk(jwk)])

/** The identity that {@link jwkCandidate} would assign. */
export const jwkIdentity = (published: JWK, policy: readonly Algorithm[]): unknown =>
  descriptionOf(described(published, policy))

/** The policy's algorithm for JWKs without `alg`, if it matches the type of this one. */
function described(jwk: JWK, policy: readonly Algorithm[]): JWK {
  if (jwk.alg !== undefined || jwk.kty === 'AKP') return jwk
  const ofType = algorithmsOfType(jwk)
  const alg = policy.find((name) => ofType.includes(name))
  return alg === undefined ? jwk : { ...jwk, alg }
}

/**
 * Creates a candidate from one JWK. With an `alg` (or, for `dir`, an `enc` instead: RFC 7520 §5.6) it is imported
 * immediately. Without one, as some providers publish keys, it supports the algorithms of its type and curve, and is
 * imported for each on first use.
 *
 * @param policy Algorithms for JWKs without `alg`.
 * @throws {TypeError} for a JWK that is malformed, too weak, or contradicts itself.
 */
export async function jwkCandidate(published: JWK, policy: readonly Algorithm[] = []): Promise<Candidate> {
  const jwk = described(published, policy)
  const same = { identity: descriptionOf(jwk), secret: jwk.kty === 'oct' ? jwk.k : undefined }
  if (isContentEncryptionAlgorithm(jwk.alg)) {
    return { ...keyCandidate(await importKey(jwk, { alg: 'dir', enc: jwk.alg })), ...same }
  }
  if (isAlgorithm(jwk.alg) && jwk.alg !== 'dir') {
    return { ...keyCandidate(await importKey(jwk, { alg: jwk.alg })), ...same }
  }
  return { ...(await openJwkCandidate({ ...jwk })), ...same, isOpen: true }
}

type OpenCandidate = Omit<Candidate, 'identity'>

async function openJwkCandidate(jwk: JWK): Promise<OpenCandidate> {
  const served = servedBy(jwk)
  const imported = new Map<string, MaybePromise<Key | undefined>>()
  const toKey = ({ alg, enc }: KeySelector): MaybePromise<Key | undefined> => {
    const slot = alg === 'dir' ? `${alg} ${enc}` : alg
    const known = imported.get(slot)
    if (known !== undefined || imported.has(slot)) return known
    if (!isAlgorithm(alg)) return undefined
    const restriction = alg === 'dir' && isContentEncryptionAlgorithm(enc) ? { enc } : {}
    const pending = importKey(jwk, { alg, ...restriction }).then(openKey, () => undefined)
    imported.set(slot, pending)
    return pending.then((key) => {
      imported.set(slot, key)
      return key
    })
  }
  await checkServes(jwk, served)
  return {
    kid: jwk.kid,
    fits: ({ alg, enc }) =>
      served.some((name) => name === alg) &&
      (alg !== 'dir' || Object.hasOwn(contentEncryptionAlgorithms, enc ?? '')),
    toKey,
    publicJwk: () => (jwk.kty === 'oct' ? undefined : publicDescriptionOf(jwk)),
  }
}

const noAlgorithm = 'key: the JWK matches no supported algorithm'

/** The algorithms that a JWK without `alg` supports. @throws {TypeError} if it supports none, with the reason. */
function servedBy(jwk: JWK): readonly Algorithm[] {
  const ofType = algorithmsOfType(jwk)
  const served = ofType.filter((alg) => {
    try {
      checkDescription(jwk, alg)
      return true
    } catch {
      return false
    }
  })
  const [first = ofType[0]] = served
  if (first === undefined) throw new InvalidKeyError(noAlgorithm)
  // Numbers and curve are the same for all of them.
  checkJwk(jwk, first)
  return served
}

/** Of the errors of two algorithms, the one to report: a fault that the JWK has for every algorithm, if there is one. */
const errorToReport = (previous: unknown, error: unknown): unknown =>
  previous instanceof InvalidKeyError && previous.isOfOneAlgorithm ? error : previous

/** Reports invalid material now, not at the first token. @throws {TypeError} */
async function checkServes(jwk: JWK, served: readonly Algorithm[]): Promise<void> {
  let refusal: unknown = new InvalidKeyError(noAlgorithm, { isOfOneAlgorithm: true })
  for (const alg of served) {
    // With `dir`, the length of a secret alone determines which content encryptions it supports.
    const encs =
      alg === 'dir'
        ? Object.keys(contentEncryptionAlgorithms).filter(isContentEncryptionAlgorithm)
        : [undefined]
    for (const enc of encs) {
      try {
        await importKey(jwk, { alg, ...(enc !== undefined && { enc }) })
        return
      } catch (error) {
        refusal = errorToReport(refusal, error)
      }
    }
  }
  throw refusal
}

function publicDescriptionOf(jwk: JWK): JWK {
  const { kid, use } = jwk
  return { ...publicMembersOf(jwk), ...(use !== undefined && { use }), ...(kid !== undefined && { kid }) }
}
