import { SealbearerError } from '../errors.js'
import { isTrue } from '../maybe-promise.js'
import { withinTime } from '../time.js'

/** Records what may be used only once: proofs, tokens, nonces. */
export interface ReplayStore {
  /**
   * Claims a key for some time, atomically.
   *
   * @param seconds How long later claims are rejected. They may be rejected slightly longer, never shorter.
   * @returns `true` for the first claim, `false` for every other one.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` if the store does not respond or is full: the caller must reject
   * in that case.
   */
  claim(key: string, seconds: number): Promise<boolean>
  /**
   * Returns whether a key is claimed, without claiming it: for work that is done before the claim, so that it can be
   * repeated if it fails. Optional; needed by `createLogoutEndpoint` where several processes serve it.
   *
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` if the store does not respond.
   */
  isClaimed?(key: string): Promise<boolean>
}

/** Time limit of the store in seconds. */
const timeout = 5

const unavailable = (): SealbearerError => new SealbearerError('SB_STORE_UNAVAILABLE', 'replay')
const failAsUnavailable = (): never => {
  throw unavailable()
}

/**
 * Claims a key within a time limit.
 *
 * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` if the store fails or is late; its own errors can quote the key.
 */
export const claimOnce = (replay: ReplayStore, key: string, seconds: number): Promise<boolean> =>
  withinTime(timeout, unavailable, () => replay.claim(key, seconds)).then(isTrue, failAsUnavailable)

/**
 * Returns whether a key is claimed, within a time limit; `undefined` for a store that cannot return it.
 *
 * @throws {SealbearerError} as {@link claimOnce} does.
 */
export const isClaimed = async (replay: ReplayStore, key: string): Promise<boolean | undefined> =>
  replay.isClaimed === undefined
    ? undefined
    : withinTime(timeout, unavailable, async () => replay.isClaimed?.(key)).then(
        isNotFalse,
        failAsUnavailable,
      )

/** Anything but `false` counts as claimed: work that was done must not be repeated by a replay. */
const isNotFalse = (answer: unknown): boolean => answer !== false
