import type { JWK } from 'jose'
import {
  type Algorithm,
  algorithms,
  contentEncryptionAlgorithms,
  isAlgorithm,
  isContentEncryptionAlgorithm,
} from '../crypto/algorithms.js'
import { chain, isPromise, type MaybePromise } from '../maybe-promise.js'
import { importKey } from './import.js'
import { bareJwk, checkDescription, checkJwk, publicMembersOf } from './jwk.js'
import { type Key, keyMaterial, openKey } from './key.js'
import { type KeySelector, keyFits } from './key-selection.js'

/** A member of a key set: a key, or a JWK that becomes one when an algorithm asks for it. */
export interface Candidate {
  readonly kid: string | undefined
  readonly fits: (header: KeySelector) => boolean
  /** `undefined` when the material turns out not to serve that algorithm. */
  readonly toKey: (header: KeySelector) => MaybePromise<Key | undefined>
  /** `undefined` for a secret. Throws for a private key whose public half is not known. */
  readonly publicJwk: () => JWK | undefined
  /** Equal for candidates that are the same key with the same description. */
  readonly identity: unknown
  /** The text of a secret that came as a JWK, to recognise it where it is listed twice. */
  readonly secret?: string | undefined
  /** Whether it is a JWK that names no `alg`. */
  readonly isOpen?: boolean
}

/** Wraps a key that is there already. */
export function keyCandidate(key: Key): Candidate {
  const { publicJwk } = keyMaterial(key)
  return {
    kid: key.kid,
    fits: (header) => keyFits(key, header),
    toKey: () => key,
    publicJwk() {
      if (key.type !== 'secret' && publicJwk === undefined) {
        throw new TypeError('publicJwks: a private key that cannot be exported needs publicJwk at its import')
      }
      return publicJwk
    },
    identity: key,
  }
}

const names: readonly Algorithm[] = Object.keys(algorithms).filter(isAlgorithm)

/** The algorithms of the type and curve of a JWK, whatever else it says. */
const algorithmsOfType = (jwk: JWK): readonly Algorithm[] =>
  names.filter((alg) => {
    const { kty, curves } = algorithms[alg]
    const isOnCurve = curves === undefined || jwk.kty === 'RSA' || curves.some((curve) => curve === jwk.crv)
    return isOnCurve && kty.some((type) => type === jwk.kty)
  })

/** Whether a JWK is of a type, curve or algorithm that is not supported, which RFC 7517 §5 says to ignore within a set. */
export function isForeignJwk(jwk: JWK): boolean {
  if (jwk.alg === undefined) return algorithmsOfType(jwk).length === 0
  return !isAlgorithm(jwk.alg) && !isContentEncryptionAlgorithm(jwk.alg)
}

/** What makes a JWK the same key as another: certificates and what else describes it do not count. */
const descriptionOf = ({ kid, alg, use, key_ops, k, ...jwk }: JWK): string =>
  JSON.stringify([kid, alg, use, key_ops, jwk.kty === 'oct' ? k : bareJwk(jwk)])

/** The identity of the candidate that {@link jwkCandidate} would make. */
export const jwkIdentity = (published: JWK, policy: readonly Algorithm[]): unknown =>
  descriptionOf(described(published, policy))

/** The algorithm that the policy has for JWKs which name none, if one is of its type. */
function described(jwk: JWK, policy: readonly Algorithm[]): JWK {
  if (jwk.alg !== undefined) return jwk
  const ofType = algorithmsOfType(jwk)
  const alg = policy.find((name) => ofType.includes(name))
  return alg === undefined ? jwk : { ...jwk, alg }
}

/**
 * Makes a candidate of one JWK. With an `alg` it is imported at once, one that names an `enc` for `dir`
 * (RFC 7520 §5.6). Without, which is how some providers publish, it serves the algorithms of its own type and
 * curve, and is imported for each on first use.
 *
 * @param policy Algorithms for JWKs that name none.
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

/** The algorithms that a JWK which names none can serve. @throws {TypeError} that names what is wrong with it. */
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
  if (first === undefined) throw new TypeError('key: the JWK serves no supported algorithm')
  // The same numbers and the same curve for all of them.
  checkJwk(jwk, first)
  return served
}

/** Other lengths and operations serve other algorithms; what else is wrong with a JWK is wrong for all of them. */
function moreTelling(known: unknown, error: unknown): unknown {
  const isOfOne = (fault: unknown): boolean =>
    fault instanceof TypeError && /needs (?:exactly|at least)|allows nothing|no supported/.test(fault.message)
  return isOfOne(known) ? error : known
}

/** Finds out now, not at the first token, that the material is bad. @throws {TypeError} */
async function checkServes(jwk: JWK, served: readonly Algorithm[]): Promise<void> {
  let refusal: unknown = new TypeError('key: the JWK serves no supported algorithm')
  for (const alg of served) {
    // With `dir`, the length of a secret alone says which content encryptions it serves.
    const encs =
      alg === 'dir'
        ? Object.keys(contentEncryptionAlgorithms).filter(isContentEncryptionAlgorithm)
        : [undefined]
    for (const enc of encs) {
      try {
        await importKey(jwk, { alg, ...(enc !== undefined && { enc }) })
        return
      } catch (error) {
        refusal = moreTelling(refusal, error)
      }
    }
  }
  throw refusal
}

function publicDescriptionOf(jwk: JWK): JWK {
  const { kid, use } = jwk
  return { ...publicMembersOf(jwk), ...(use !== undefined && { use }), ...(kid !== undefined && { kid }) }
}

/** Turns candidates into keys, at once where all are there. */
export function toKeys(candidates: readonly Candidate[], header: KeySelector): MaybePromise<readonly Key[]> {
  const keys = candidates.map((candidate) => candidate.toKey(header))
  const settled = keys.some(isPromise) ? Promise.all(keys) : (keys as (Key | undefined)[])
  return chain(settled, (all) => all.filter((key) => key !== undefined))
}
