import { LRUCache } from 'lru-cache'
import { standaloneCopy } from '../compact/segments.js'
import { checkMembers, countOption, entriesOption } from '../options.js'
import type { Verdict } from './verdict.js'

/** Bytes that a verdict takes beside the text of its token, with claims as they mostly are. */
const bytesBesideText = 640
/** Members of claims as they mostly are, none of which is a list or an object. */
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
 * Estimates the bytes of memory that a remembered verdict takes. Text takes as much as its token has; lists
 * and objects are counted, because three characters of JSON can make twenty times as many bytes. Who holds
 * one good signed token can put it into envelopes with headers of their own, so those are counted too. What
 * a schema makes of the claims is the application's.
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

/** How many verdicts a verifier remembers. */
export interface CacheLimits {
  /** 10,000,000 at most. @default 10000 */
  readonly maxEntries?: number
  /** Bytes of memory, estimated. @default 16 MiB */
  readonly maxBytes?: number
}

const defaultLimits = { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 }

interface Remembered {
  readonly token: string
  readonly verdict: Verdict<unknown>
}

/** Reads the `cache` option; `undefined` for none. @throws {TypeError} */
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
 * A token is looked up by its last characters, which are of its signature or tag, and then compared in whole:
 * a map would first hash all of a text that is new to the runtime, which takes ten times as long as the rest.
 * Of two tokens that end alike, the later one is remembered. How long the comparison takes tells a guesser
 * nothing: it begins where some 70 bits of a signature are right. Up to twelve characters, V8 makes text of its
 * own instead of pointing into the token.
 */
const endOf = (token: string): string => token.slice(-12)

/** Remembers accepted tokens by their exact text, so that one which comes again skips the cryptography. */
export interface VerdictCache {
  get(token: string): Verdict<unknown> | undefined
  /** Keeps a verdict, unless a schema has to be asked every time. */
  set(token: string, verdict: Verdict<unknown>): void
  delete(token: string): void
}

/** Makes a cache, which takes no memory before the first verdict: there may be a verifier for each of many tenants. */
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
