import { SealbearerError } from '../errors.js'
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
}

/** Time limit of the store in seconds. */
const timeout = 5

/**
 * Claims a key within a time limit.
 *
 * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` if the store fails or is late; its own errors can quote the key.
 */
export async function claimOnce(replay: ReplayStore, key: string, seconds: number): Promise<boolean> {
  const unavailable = (): SealbearerError => new SealbearerError('SB_STORE_UNAVAILABLE', 'replay')
  try {
    return (await withinTime(timeout, unavailable, () => replay.claim(key, seconds))) === true
  } catch {
    throw unavailable()
  }
}
