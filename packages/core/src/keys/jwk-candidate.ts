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
import { checkJwk, publicMembersOf } from './jwk.js'
import { type Key, keyMaterial } from './key.js'
import { type KeySelector, keyFits } from './key-selection.js'

/** A member of a key set: a key, or a JWK that becomes one when an algorithm asks for it. */
export interface Candidate {
  readonly kid: string | undefined
  readonly fits: (header: KeySelector) => boolean
  /** `undefined` when the material turns out not to serve that algorithm. */
  readonly toKey: (header: KeySelector) => MaybePromise<Key | undefined>
  /** `undefined` for a secret. Throws for a private key whose public half is not known. */
  readonly publicJwk: () => JWK | undefined
  /** Equal for candidates that are the same key. */
  readonly identity: unknown
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

/** The algorithms that a JWK which names none can serve: those of its own type, curve and `use`. */
function algorithmsFor(jwk: JWK): readonly Algorithm[] {
  return names.filter((alg) => {
    try {
      checkJwk(jwk, alg)
      return true
    } catch {
      return false
    }
  })
}

/** Tells a JWK of a type, curve or algorithm that is not supported, which RFC 7517 §5 says to ignore within a set. */
export function isForeignJwk(jwk: JWK): boolean {
  if (jwk.alg !== undefined) return !isAlgorithm(jwk.alg)
  return !names.some((alg) => {
    const { kty, curves } = algorithms[alg]
    const isOnCurve = curves === undefined || jwk.kty === 'RSA' || curves.some((curve) => curve === jwk.crv)
    return isOnCurve && kty.some((type) => type === jwk.kty)
  })
}

/**
 * Makes a candidate of one JWK. With an `alg` it is imported at once; without one, which is how some
 * providers publish, it serves any algorithm of its own type and curve and is imported for each on first use.
 *
 * @throws {TypeError} for a JWK that is malformed, too weak, or contradicts itself.
 */
export async function jwkCandidate(jwk: JWK): Promise<Candidate> {
  if (isAlgorithm(jwk.alg) && jwk.alg !== 'dir') {
    const candidate = keyCandidate(await importKey(jwk, { alg: jwk.alg }))
    return { ...candidate, identity: JSON.stringify(jwk) }
  }
  return openJwkCandidate({ ...jwk })
}

async function openJwkCandidate(jwk: JWK): Promise<Candidate> {
  const served = algorithmsFor(jwk)
  const imported = new Map<string, MaybePromise<Key | undefined>>()
  const toKey = ({ alg, enc }: KeySelector): MaybePromise<Key | undefined> => {
    const slot = alg === 'dir' ? `${alg} ${enc}` : alg
    const known = imported.get(slot)
    if (known !== undefined || imported.has(slot)) return known
    if (!isAlgorithm(alg)) return undefined
    const restriction = alg === 'dir' && isContentEncryptionAlgorithm(enc) ? { enc } : {}
    const pending = importKey(jwk, { alg, ...restriction }).catch(() => undefined)
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
    identity: JSON.stringify(jwk),
  }
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
        refusal = error
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
