import { ignoreRejection, type MaybePromise } from '../maybe-promise.js'
import type { Key } from './key.js'

/** The header parameters by which a key is chosen. Nothing else in a token has a say in it. */
export interface KeySelector {
  readonly alg: string
  readonly enc?: string | undefined
  readonly kid?: string | undefined
}

/** Keys that a policy trusts. */
export interface KeySet {
  /**
   * Returns the keys that fit a header, in the order they were given; synchronously when it has what is asked for.
   * Where several fit a token, none is tried.
   */
  select(header: KeySelector): MaybePromise<readonly Key[]>
  /** Moves whenever a key goes. */
  readonly generation: number
  /**
   * Called before a token that was verified with a key of this set is accepted again without asking for the key.
   * Synchronous and cheap. A set that is loaded from elsewhere counts it as a use, and reloads itself in time.
   *
   * @returns `false` where that must not happen: the token has to go through `select` again,
   * which waits for the keys or fails with `SB_KEYS_UNAVAILABLE`.
   */
  use?(): boolean
  /**
   * What is done for a token that names no key: `'only'` the one key that fits, `'try'` the first 8 that fit.
   *
   * @default 'only'
   */
  readonly withoutKid?: 'only' | 'try'
  /**
   * Seconds that a promise of `select` may take; then the answer is `SB_KEYS_UNAVAILABLE`. `Infinity` for a set that
   * limits its own time, as those of this package do.
   *
   * @default 10
   */
  readonly timeout?: number
  /** Brings what it publishes up to date, for a set that shares its keys with other processes. */
  ready?(): MaybePromise<void>
  /** Seconds for which others may keep a copy of its public keys; the `max-age` they are served with. */
  readonly maxAge?: number | undefined
  /**
   * Seconds that a key stays trusted after it was last used to issue a token. No token may live longer, since it could
   * outlive the trust in its key; `createIssuer` refuses a longer `maxLifetime`.
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
 * Whether what was found with a key of a set may stand without asking for the key again.
 *
 * A set of the application's own may be written in JavaScript: of what its `use` answers, `true` alone counts, and a
 * promise, which is no answer yet, does not.
 *
 * @param generation That of the set when the key was asked for.
 */
export function mayStand(keys: KeySet, generation: number): boolean {
  if (keys.generation !== generation) return false
  if (keys.use === undefined) return true
  try {
    const answer: unknown = keys.use()
    if (answer === true) return true
    ignoreRejection(answer)
  } catch {
    // The token goes through `select`, which says what is wrong.
  }
  return false
}
