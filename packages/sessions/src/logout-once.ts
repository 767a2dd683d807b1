import { SealbearerError } from '@sealbearer/core'
import { claimOnce, isClaimed } from '@sealbearer/core/internal'
import type { ReplayStore } from '@sealbearer/core/stores'
import { dropOldest } from './drop-oldest.js'
import type { LogoutClaims } from './logout-token.js'

/** Maximum number of tokens kept whose sessions could not be ended yet. */
const maxUnfinished = 1000

const repeated = (): SealbearerError => new SealbearerError('SB_CREDENTIALS_REPEATED', 'jti')

/**
 * Creates a function that calls `end` once for each logout token. Providers send the same token again after a 503: it is
 * accepted if its sessions could not be ended.
 *
 * @param end Ends the sessions that a token names.
 * @returns A function that throws `SB_CREDENTIALS_REPEATED` for a token that has been used.
 */
export function createLogoutOnce(
  replay: ReplayStore,
  end: (claims: LogoutClaims) => Promise<void>,
): (claims: LogoutClaims) => Promise<void> {
  const unfinished = new Set<string>()

  /** For a store without `isClaimed`: the token is recorded first, and only this process can repeat what failed. */
  async function endRecorded(claims: LogoutClaims, name: string): Promise<void> {
    if (!unfinished.delete(name) && !(await claimOnce(replay, name, claims.seconds))) throw repeated()
    await end(claims).catch((error: unknown) => {
      unfinished.add(name)
      dropOldest(unfinished, maxUnfinished)
      throw error
    })
  }

  /**
   * The token is recorded last: after a failure or a crash in between, any process can repeat it. A replay is refused
   * before anything ends, as a new session may have begun.
   */
  return async (claims) => {
    const name = `logout:${JSON.stringify([claims.iss, claims.jti])}`
    const isUsed = await isClaimed(replay, name)
    if (isUsed === undefined) return endRecorded(claims, name)
    if (isUsed) throw repeated()
    await end(claims)
    // A concurrent request did the same.
    if (!(await claimOnce(replay, name, claims.seconds))) throw repeated()
  }
}
