import { LRUCache } from 'lru-cache'
import { minTokenSize, standaloneCopy } from '../compact/segments.js'
import type { JoseHeader } from '../crypto/engine.js'
import type { MaybePromise } from '../maybe-promise.js'
import { checkMembers, countOption, entriesOption, withDefault } from '../options.js'
import type { JwtClaims, VerifiedClaims } from './claims.js'
import type { TokenRevocations, TokenUse } from './revocations.js'

/** How a token is protected: `signed` (JWS), `encrypted` (JWE) or `nested` (JWS inside JWE). */
export type TokenForm = 'signed' | 'encrypted' | 'nested'

/**
 * A token that passed every check of its policy. Deeply frozen, because requests share it. Output of a claims schema
 * that contains class instances, such as a `Date` or a `Set`, is neither frozen nor shared.
 */
export interface VerifiedToken<Claims = JwtClaims> {
  readonly claims: Claims
  /** `opaque` is any other text, which only a verifier of `defineVerifier` accepts. */
  readonly form: TokenForm | 'opaque'
  /** The header whose `typ` was checked: the JWS's, or the JWE's if there is no JWS. */
  readonly protectedHeader: JoseHeader
  /** The JWE's header; `undefined` for a signed token. */
  readonly encryptionHeader: JoseHeader | undefined
  /**
   * The claim `cnf` (RFC 7800 §3.1), which binds the token to a key or a certificate; `undefined` if absent. A verifier
   * does not check that the sender holds the key: authenticators do, and reject bindings that they cannot check.
   */
  readonly confirmation: unknown
}

/** The result of verifying a token. Frozen, because requests share it. */
export interface Verification<Claims = VerifiedClaims> {
  readonly token: VerifiedToken<Claims>
  /** The claims before the schema was applied. */
  readonly claims: JwtClaims
  /** Outer claims of a nested token, which also limit its lifetime. */
  readonly outerClaims: JwtClaims | undefined
  /**
   * Whether requests may share it. `false` if the schema was asynchronous, or returned a value that one request could
   * change for another.
   */
  readonly isRepeatable: boolean
  /** Generations of the key sets used, read before the token was verified. */
  readonly generations: readonly number[]
  /** The clock of its verifier, in seconds. */
  readonly now: () => number
  /** How many seconds after its `iat` its verifier accepts the token. */
  readonly maxTokenAge?: number | undefined
  /** Those of its verifier. */
  readonly revocations: TokenRevocations | undefined
  /**
   * Repeats the checks whose result can have changed: time, keys, revocation and application functions.
   *
   * @param token The original text, for parts that must be verified again.
   * @param use @default 'sent'
   */
  recheck(
    verification: Verification<unknown>,
    token: string,
    use?: TokenUse,
  ): MaybePromise<Verification<Claims>>
  /**
   * Repeats those of these checks that need not wait. Called after something was waited for, because a key or the token
   * can have been revoked meanwhile.
   *
   * @returns `false` if a key was removed: the token must be verified again.
   * @throws {SealbearerError} if the token has expired or was revoked.
   */
  stillHolds(verification: Verification<unknown>): boolean
}

/** How a verification is checked again. */
export type Rechecks = Pick<Verification<unknown>, 'recheck' | 'stillHolds'>

/** Bytes of a result in addition to the text of its token, for typical claims. */
const bytesBesideText = 640
/** Number of members of typical claims, none of which is a list or an object. */
const usualMembers = 16
const bytesOfContainer = 64
const bytesOfMember = 48

function bytesOfValue(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return bytesOfContainer + bytesOfMembers(Object.values(value), 0)
}

function bytesOfMembers(values: readonly unknown[], countedAlready: number): number {
  let bytes = bytesOfMember * Math.max(0, values.length - countedAlready)
  for (const value of values) bytes += bytesOfValue(value)
  return bytes
}

/**
 * Estimates the memory of a cached result in bytes. Strings take as much as in the token; lists and objects are
 * counted, because three characters of JSON can create twenty times as many bytes. The holder of one valid signed token
 * can encrypt it with arbitrary headers, so headers are counted too. The output of a schema is up to the application.
 */
export function verificationSize(
  { claims, outerClaims, token }: Verification<unknown>,
  text: string,
): number {
  const { encryptionHeader } = token
  return (
    2 * text.length +
    bytesBesideText +
    bytesOfMembers(Object.values(claims), usualMembers) +
    bytesOfValue(outerClaims) +
    bytesOfValue(encryptionHeader)
  )
}

/** Limits of a verifier's cache. */
export interface CacheLimits {
  /** Maximum number of tokens, 10,000,000 at most. @default 10000 */
  readonly maxEntries?: number
  /** Maximum memory in bytes, estimated. @default 16 MiB */
  readonly maxBytes?: number
}

/** Bytes. A smaller cache has no room for a single token. */
const minCacheBytes = bytesBesideText + 2 * minTokenSize

const defaultLimits = { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 }

interface CachedVerification {
  readonly token: string
  readonly verification: Verification<unknown>
}

/** Reads the `cache` option; `undefined` for no cache. @throws {TypeError} */
export function cacheOption(cache: false | CacheLimits | undefined): Required<CacheLimits> | undefined {
  if (cache === false) return undefined
  const limits = withDefault(cache, {})
  checkMembers('cache (false turns it off)', limits, ['maxEntries', 'maxBytes'])
  const { maxEntries = defaultLimits.maxEntries, maxBytes = defaultLimits.maxBytes } = limits
  return {
    maxEntries: entriesOption('cache.maxEntries', maxEntries),
    maxBytes: countOption('cache.maxBytes', maxBytes, minCacheBytes),
  }
}

/**
 * A token is looked up by its last characters, part of its signature or tag, and then compared as a whole: a map over
 * whole tokens would first hash all of a new string, which takes ten times as long as the rest. If two tokens end alike,
 * the later one is cached. The comparison time reveals nothing useful: it starts only if some 70 bits of a signature
 * are right. Up to twelve characters, V8 copies a substring instead of referencing the token.
 */
const endOf = (token: string): string => token.slice(-12)

/** Caches accepted tokens by their exact text, to skip the cryptography for repeated ones. */
export interface VerificationCache {
  get(token: string): Verification<unknown> | undefined
  /** Caches a result that requests may share. */
  set(token: string, verification: Verification<unknown>): void
  delete(token: string): void
}

/** Creates a cache, which uses no memory before the first result: there may be one verifier per tenant. */
export function createVerificationCache(limits: Required<CacheLimits>): VerificationCache {
  let memory: LRUCache<string, CachedVerification> | undefined
  return {
    get(token) {
      const remembered = memory?.get(endOf(token))
      return remembered?.token === token ? remembered.verification : undefined
    },
    set(token, verification) {
      if (!verification.isRepeatable) return
      memory ??= new LRUCache({
        max: limits.maxEntries,
        maxSize: limits.maxBytes,
        sizeCalculation: (remembered) => verificationSize(remembered.verification, remembered.token),
      })
      memory.set(endOf(token), { token: standaloneCopy(token), verification })
    },
    delete(token) {
      memory?.delete(endOf(token))
    },
  }
}
