import { LRUCache } from 'lru-cache'
import { standaloneCopy } from '../compact/segments.js'
import { checkMembers, countOption, entriesOption } from '../options.js'
import type { Verdict } from './verdict.js'

/** Bytes of a verdict in addition to the text of its token, for typical claims. */
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
 * Estimates the memory of a cached verdict in bytes. Strings take as much as in the token; lists and objects are
 * counted, because three characters of JSON can create twenty times as many bytes. The holder of one valid signed token
 * can encrypt it with arbitrary headers, so headers are counted too. The output of a schema is up to the application.
 */
export function verdictSize({ claims, outerClaims, token }: Verdict<unknown>, text: string): number {
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

const defaultLimits = { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 }

interface Remembered {
  readonly token: string
  readonly verdict: Verdict<unknown>
}

/** Reads the `cache` option; `undefined` for no cache. @throws {TypeError} */
export function cacheOption(cache: false | CacheLimits | undefined): Required<CacheLimits> | undefined {
  if (cache === false) return undefined
  const limits = cache ?? {}
  checkMembers('cache (false turns it off)', limits, ['maxEntries', 'maxBytes'])
  return {
    maxEntries: entriesOption('cache.maxEntries', limits.maxEntries ?? defaultLimits.maxEntries),
    maxBytes: countOption('cache.maxBytes', limits.maxBytes ?? defaultLimits.maxBytes, 1),
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
export interface VerdictCache {
  get(token: string): Verdict<unknown> | undefined
  /** Caches a verdict, unless a schema must run on every use. */
  set(token: string, verdict: Verdict<unknown>): void
  delete(token: string): void
}

/** Creates a cache, which uses no memory before the first verdict: there may be one verifier per tenant. */
export function createVerdictCache(limits: Required<CacheLimits>): VerdictCache {
  let memory: LRUCache<string, Remembered> | undefined
  return {
    get(token) {
      const remembered = memory?.get(endOf(token))
      return remembered?.token === token ? remembered.verdict : undefined
    },
    set(token, verdict) {
      if (!verdict.isRepeatable) return
      memory ??= new LRUCache({
        max: limits.maxEntries,
        maxSize: limits.maxBytes,
        sizeCalculation: (remembered) => verdictSize(remembered.verdict, remembered.token),
      })
      memory.set(endOf(token), { token: standaloneCopy(token), verdict })
    },
    delete(token) {
      memory?.delete(endOf(token))
    },
  }
}
