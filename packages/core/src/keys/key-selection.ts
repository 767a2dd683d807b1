import { isTrue, type MaybePromise } from '../maybe-promise.js'
import type { Key } from './key.js'

/** The header parameters by which a key is selected. Nothing else in a token has an influence. */
export interface KeySelector {
  readonly alg: string
  readonly enc?: string | undefined
  readonly kid?: string | undefined
}

/** Keys that a policy trusts. */
export interface KeySet {
  /**
   * Returns the keys that match a header, in the order they were given; synchronously if they are available. If
   * several match a token, none is tried.
   */
  select(header: KeySelector): MaybePromise<readonly Key[]>
  /** Changes whenever a key is removed. */
  readonly generation: number
  /**
   * Called before a token that was verified with a key of this set is accepted again from the cache. Must be
   * synchronous and cheap. A remote set counts it as a use, and reloads itself in time.
   *
   * @returns `false` to prevent that: the token then has to go through `select` again, which waits for the keys or
   * fails with `SB_KEYS_UNAVAILABLE`.
   */
  use?(): boolean
  /**
   * How tokens without `kid` are handled: `'only'` uses the only matching key, `'try'` the first 8 matching ones.
   *
   * @default 'only'
   */
  readonly withoutKid?: 'only' | 'try'
  /**
   * Time limit in seconds for a promise returned by `select`, after which it fails with `SB_KEYS_UNAVAILABLE`.
   * `Infinity` for a set that limits its own time, like those of this package.
   *
   * @default 10
   */
  readonly timeout?: number
  /** Updates the published keys, for a set that shares its keys with other processes. */
  ready?(): MaybePromise<void>
  /** Seconds for which the public keys may be cached; the `max-age` they are served with. */
  readonly maxAge?: number | undefined
  /**
   * Seconds that a key remains trusted after it was last used to issue a token. No token may live longer, because it
   * could outlive the trust in its key; `createIssuer` rejects a longer `maxLifetime`.
   */
  readonly maxTokenLifetime?: number | undefined
}

/** What every option called `keys` accepts. */
export type Keys = Key | KeySet | readonly (Key | KeySet)[]

export const isKeySet = (value: unknown): value is KeySet =>
  typeof value === 'object' && value !== null && 'select' in value && typeof value.select === 'function'

/** Whether a key is for this algorithm. */
export const keyFits = (key: Key, header: KeySelector): boolean =>
  key.alg === header.alg && (key.enc === undefined || key.enc === header.enc)

/**
 * Whether a cached result that used a key of a set may be reused without selecting the key again.
 *
 * A custom set may be written in JavaScript: only the value `true` returned by its `use` counts; a promise, which is
 * truthy, does not.
 *
 * @param generation That of the set when the key was selected.
 */
export function mayStand(keys: KeySet, generation: number): boolean {
  if (keys.generation !== generation) return false
  if (keys.use === undefined) return true
  try {
    return isTrue(keys.use())
  } catch {
    // The token goes through `select`, which reports the cause.
    return false
  }
}
