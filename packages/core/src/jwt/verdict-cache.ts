import { LRUCache } from 'lru-cache'
import { standaloneCopy } from '../compact/segments.js'
import { type KeySet, mayStand } from '../keys/key-selection.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, countOption, entriesOption } from '../options.js'
import type { Verdict } from './verdict.js'

/** Octets that a verdict takes beside the text of its token, with claims as they mostly are. */
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
 * Estimates the octets of memory that a remembered verdict takes. Text takes as much as its token has; lists
 * and objects are counted, because three characters of JSON can make twenty times as many octets. Who holds
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
  /** Octets of memory, estimated. @default 16 MiB */
  readonly maxBytes?: number
}

const defaultLimits = { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 }

interface Remembered {
  readonly token: string
  readonly verdict: Verdict<unknown>
  /** Of the key sets that the verdict rests on, from before the token was verified. */
  readonly generations: readonly number[]
}

type Check = (token: string) => MaybePromise<Verdict<unknown>>

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

/**
 * Makes a check remember what it accepted, by the exact text of the token, so that a token which comes
 * again skips the cryptography. A verdict ends at once when a key goes from a set that it rests on, and
 * `recheck` repeats whatever time and the application can change.
 */
export function rememberVerdicts(
  check: Check,
  limits: Required<CacheLimits>,
  keySets: readonly KeySet[],
  recheck: (verdict: Verdict<unknown>) => void,
): Check {
  /** Made for the first verdict: it takes its room beforehand, and there may be a verifier for each of many tenants. */
  let memory: LRUCache<string, Remembered> | undefined
  const remember = (end: string, remembered: Remembered): void => {
    memory ??= new LRUCache({
      max: limits.maxEntries,
      maxSize: limits.maxBytes,
      sizeCalculation: ({ token, verdict }) => verdictSize(verdict, token),
    })
    memory.set(end, remembered)
  }

  const isTrusted = ({ generations }: Remembered): boolean =>
    keySets.every((keys, i) => mayStand(keys, generations[i] ?? Number.NaN))

  return (token) => {
    const end = endOf(token)
    const remembered = memory?.get(end)
    if (remembered?.token === token) {
      if (isTrusted(remembered)) {
        recheck(remembered.verdict)
        return remembered.verdict
      }
      memory?.delete(end)
    }
    const generations = keySets.map((keys) => keys.generation)
    return chain(check(token), (verdict) => {
      if (verdict.isRepeatable) remember(end, { token: standaloneCopy(token), verdict, generations })
      return verdict
    })
  }
}
