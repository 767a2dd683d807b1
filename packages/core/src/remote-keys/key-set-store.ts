import type { JWK } from 'jose'
import { isJsonObject } from '../compact/json.js'
import { type JwkSetContent, type JwkSetRules, readJwkSet } from '../keys/jwk-set.js'
import type { MaybePromise } from '../maybe-promise.js'

/** The last good keys of a remote set, as kept: plain data that survives JSON. Public keys alone. */
export interface StoredKeySet {
  /** The address of the keys, or the issuer that they were discovered from. */
  readonly url: string
  /** Seconds since the epoch. */
  readonly loadedAt: number
  /** Seconds. */
  readonly freshFor: number
  readonly keys: readonly JWK[]
}

/**
 * Keeps the last good keys of remote sets, so that a process can start while the provider is down. Nothing
 * in it is secret, but whoever can write to it decides which keys are trusted.
 */
export interface KeySetStore {
  /**
   * Returns what was saved last; `undefined` for nothing. Asked once.
   *
   * @param url That of the set, as saved: a store for one set need not look at it.
   */
  load(url: string): MaybePromise<StoredKeySet | undefined>
  /** Called after every successful load. A store of several processes keeps the set that was loaded last. */
  save(stored: StoredKeySet): MaybePromise<void>
}

/** Reads the option `store`. @throws {TypeError} */
export function keySetStoreOption(store: KeySetStore | undefined): KeySetStore | undefined {
  if (store === undefined) return undefined
  if (typeof store?.load === 'function' && typeof store.save === 'function') return store
  throw new TypeError('store: must have load(), which returns what was saved or undefined, and save(stored)')
}

/** Keys that were kept, checked again as if they had just been published. */
interface RestoredKeys extends JwkSetContent {
  readonly loadedAt: number
  readonly freshFor: number
}

/**
 * Reads what a store returned.
 *
 * @returns `undefined` for what is of another address, of the future, or not usable.
 */
export async function readStored(
  stored: unknown,
  url: string,
  now: number,
  rules: JwkSetRules,
): Promise<RestoredKeys | undefined> {
  if (!isJsonObject(stored) || stored['url'] !== url) return undefined
  const { loadedAt, freshFor } = stored
  if (!isSeconds(loadedAt) || !isSeconds(freshFor) || loadedAt > now) return undefined
  const published = await readJwkSet(stored, rules)
  return published && published.candidates.length > 0 ? { ...published, loadedAt, freshFor } : undefined
}

const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
