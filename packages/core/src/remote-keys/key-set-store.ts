import type { JWK } from 'jose'
import { isJsonObject } from '../compact/json.js'
import { type JwkSetContent, type JwkSetRules, readJwkSet } from '../keys/jwk-set.js'
import type { MaybePromise } from '../maybe-promise.js'

/** The last good keys of a remote set, as stored: plain JSON data with public keys only. */
export interface StoredKeySet {
  /** The URL of the keys, or the issuer that they were discovered from. */
  readonly url: string
  /** Seconds since the epoch. Up to a minute in the future, from a host whose clock is ahead, counts as now. */
  readonly loadedAt: number
  /** Seconds. */
  readonly freshFor: number
  readonly keys: readonly JWK[]
}

/**
 * Stores the last good keys of remote sets, so that a process can start while the provider is down. Its content is not
 * secret, but anyone who can write to it determines which keys are trusted.
 */
export interface KeySetStore {
  /**
   * Returns the last saved keys; `undefined` if there are none. Called once; again only if it failed and the provider
   * fails too.
   *
   * @param url The URL of the set, as saved; a store for a single set can ignore it.
   */
  load(url: string): MaybePromise<StoredKeySet | undefined>
  /** Called after every successful load. A store of several processes keeps the set that was loaded last. */
  save(stored: StoredKeySet): MaybePromise<void>
}

/** Reads the option `store`. @throws {TypeError} */
export function keySetStoreOption(store: KeySetStore | undefined): KeySetStore | undefined {
  if (store === undefined) return undefined
  if (typeof store?.load === 'function' && typeof store.save === 'function') return store
  throw new TypeError('store: must have load(), which returns the saved keys or undefined, and save(stored)')
}

/** Stored keys, validated again like published ones. */
interface RestoredKeys extends JwkSetContent {
  readonly loadedAt: number
  readonly freshFor: number
}

/** Seconds that the clock of another host may be ahead: as much as rings allow by default. */
const clockTolerance = 60

/**
 * Validates the result of a store.
 *
 * @returns `undefined` for keys of another URL, from the future, or unusable ones. `loadedAt` is at most `now`.
 */
export async function readStored(
  stored: unknown,
  url: string,
  now: number,
  rules: JwkSetRules,
): Promise<RestoredKeys | undefined> {
  if (!isJsonObject(stored) || stored['url'] !== url) return undefined
  const { loadedAt, freshFor } = stored
  if (!isSeconds(loadedAt) || !isSeconds(freshFor)) return undefined
  if (loadedAt > now + clockTolerance) return undefined
  const published = await readJwkSet(stored, rules)
  if (published === undefined || published.candidates.length === 0) return undefined
  // Otherwise the keys could be used for longer than `maxStale` from now.
  return { ...published, loadedAt: Math.min(loadedAt, now), freshFor }
}

const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
