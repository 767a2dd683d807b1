import type { SkippedKey } from '../keys/jwk-set.js'
import type { FetchFailureReason } from './fetch-json.js'
import type { Condition } from './schedule.js'

/** Why a load failed. */
export interface LoadFailure {
  readonly reason: FetchFailureReason
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** The runtime's own code, such as ECONNREFUSED, ENOTFOUND or DEPTH_ZERO_SELF_SIGNED_CERT. */
  readonly code: string | undefined
  /** The media type that was sent, or what is wrong with an issuer's metadata, both names of the issuer included. */
  readonly detail: string | undefined
  /** The keys of a set in which none can be used, and why. */
  readonly skipped: readonly SkippedKey[] | undefined
}

/** What happens to a remote key set. Holds no part of any token. */
export type RemoteKeySetEvent =
  | {
      readonly type: 'loaded'
      readonly url: string
      /** Whether the keys come from the store and not from the provider. */
      readonly restored: boolean
      readonly keys: number
      readonly skipped: readonly SkippedKey[]
      /** Whether a key that was there before is gone. */
      readonly removed: boolean
      /** Seconds. */
      readonly freshFor: number
    }
  | ({
      readonly type: 'load-failed'
      readonly url: string
      /** Failed loads since the last good one, this one included. */
      readonly failures: number
      readonly retryAt: Date
    } & LoadFailure)
  | { readonly type: 'store-failed'; readonly url: string; readonly operation: 'load' | 'save' }

/** The state of a remote key set. */
export interface RemoteKeySetStatus {
  /** Without its query. */
  readonly url: string
  /**
   * `empty`: never loaded. `fresh`, `due` (fresh, to be loaded again soon), `stale` (past its freshness, used as
   * long as the provider fails). `expired`: past `maxStale`, not used.
   */
  readonly condition: Condition
  readonly kids: readonly (string | undefined)[]
  /** Published keys that are not used. */
  readonly skipped: readonly SkippedKey[]
  readonly loadedAt: Date | undefined
  readonly freshUntil: Date | undefined
  /** When the keys are not used any more, unless they are loaded again before. */
  readonly usableUntil: Date | undefined
  /** Failed loads since the last good one. */
  readonly failures: number
  readonly lastFailure: LoadFailure | undefined
  /** Until when nothing is asked of a provider that failed. */
  readonly retryAt: Date | undefined
}
