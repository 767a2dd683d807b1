import { type JwtClaims, SealbearerError, type TokenRevocations } from '@sealbearer/core'
import type { TokenUse } from '@sealbearer/core/internal'
import type { Revocation } from '@sealbearer/core/stores'
import { createRevocationMemory } from './revocation-memory.js'
import { clockTolerance, type RevocationTarget, revocationOf } from './revocation-target.js'
import { type RevocationsOptions, revocationsPolicy } from './revocations-options.js'
import { createStoreFeed } from './store-feed.js'
import { createUseReporters, type UseReporter } from './use-reporters.js'
import { createUseReports, reportUse } from './use-reports.js'

/** How up to date this process is. */
export interface RevocationsStatus {
  /** Whether the last read of the store succeeded. */
  readonly connected: boolean
  /** Seconds since this process had everything that the store has. */
  readonly lag: number
  /** Number of revocations in memory. */
  readonly entries: number
}

/** Revocations of access tokens, for `createVerifier({ revocations })` and `createSessions({ revocations })`. */
export interface Revocations extends TokenRevocations {
  /**
   * Rejects tokens from now on: in this process immediately, in others within the lag. `sub` and `clientId` reject tokens
   * issued before `issuedBefore`, by default up to and including this second.
   *
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` if the store is unavailable. The revocation is in effect in this
   * process, and is stored as soon as possible while the process runs.
   * @throws {TypeError} for anything but one of the targets.
   */
  revoke(target: RevocationTarget): Promise<void>
  /**
   * Whether a token with these claims is revoked, according to the revocations in memory. Does not verify the token. Records
   * the use of a token of a session, unless `use` is `'own'`.
   *
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` while the store is lost, according to `onStoreLost`.
   */
  isRevoked(claims: JwtClaims, use?: 'sent' | 'own'): boolean
  /** Calls `revoked` once a token with these claims is revoked; `auth.signal` uses it. */
  watch(claims: JwtClaims, revoked: () => void): () => void
  status(): RevocationsStatus
  /**
   * Resolves once the revocations are loaded and current. Await it before each request if the process is suspended between
   * requests, as on serverless platforms: otherwise the first request after a long pause is rejected with 503.
   *
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE`
   */
  ready(): Promise<void>
  /** Ends background work. Tokens are then rejected or accepted according to `onStoreLost`. */
  close(): void
}

/** Revocations, as used by sessions. */
export interface RevocationLink {
  /** Seconds. */
  readonly maxTokenLifetime: number
  /** Adds sessions to which the use of access tokens is reported. */
  onUse(reporter: UseReporter): void
  /** Whether more than half of the entries are in use. */
  isCrowded(): boolean
  /** Whether this process refuses all access tokens of a session. */
  hasRevoked(sid: string): boolean
  revoke(target: RevocationTarget): Promise<void>
}

const links = new WeakMap<Revocations, RevocationLink>()

/** @throws {TypeError} for an object not created by `createRevocations`. */
export function revocationLink(revocations: Revocations): RevocationLink {
  const link = links.get(revocations)
  if (link === undefined) throw new TypeError('revocations: must come from createRevocations')
  return link
}

/**
 * Creates revocations of access tokens: each process holds those in effect in memory and follows the store, so that a check
 * takes no round trip. They name no issuer: where a process accepts several, each needs revocations of its own, in a store with
 * another `prefix` or `schema`.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @example
 * const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: 'refuse' })
 * const verifier = createVerifier({ …, revocations })
 * await revocations.revoke({ sub: 'user_123' })
 */
export function createRevocations(options: RevocationsOptions): Revocations {
  const { store, maxTokenLifetime, maxEntries, interval, timeLimit, loss, emit, now, elapsed, storeNow } =
    revocationsPolicy(options)
  const memory = createRevocationMemory({
    maxEntries,
    lifetime: maxTokenLifetime + clockTolerance,
    now,
    elapsed,
    overflowed: () => emit({ type: 'overflow', maxEntries }),
  })
  const feed = createStoreFeed({
    store,
    maxWaiting: maxEntries,
    now,
    onConnection: (connected, lag) => emit(connected ? { type: 'connected', lag } : { type: 'store-lost' }),
    interval,
    timeLimit,
    onEntries(revocations, areNew) {
      for (const revocation of revocations) memory.add(revocation, areNew)
    },
  })
  const reporters = createUseReporters({
    store,
    owns: async () => true,
    async report(use) {
      const kind = await reportUse(store, use, storeNow())
      // `unknown` is no theft: this store may have no sessions at all.
      if (kind !== undefined && kind !== 'unknown') await revoke({ sid: use.sid })
      return kind !== 'unknown'
    },
    reportUnknown: async () => {},
  })
  const reports = createUseReports(reporters.report, maxEntries)

  /** A process that was suspended counts as connected until its next read, so its lag is limited too. */
  const isCurrent = (): boolean =>
    feed.connected
      ? feed.lag() <= loss.seconds + interval + timeLimit
      : (feed.isLoaded || loss.isAccepted) && feed.lag() <= loss.seconds

  async function revoke(target: RevocationTarget): Promise<void> {
    const revocation: Revocation = revocationOf(target, now(), maxTokenLifetime)
    memory.add(revocation, true)
    const emitRevoked = (stored: boolean): void => emit({ type: 'revoked', claim: revocation.kind, stored })
    try {
      await feed.append(revocation)
    } catch (error) {
      emitRevoked(false)
      throw error
    }
    emitRevoked(true)
  }

  const revocations: Revocations = Object.freeze({
    maxClockTolerance: clockTolerance,
    revoke,
    isRevoked(claims: JwtClaims, use?: TokenUse) {
      if (!isCurrent()) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'revocations')
      if (memory.refuses(claims)) return true
      if (use !== 'own') reports.note(claims)
      return false
    },
    watch: memory.watch,
    status: () => ({ connected: feed.connected, lag: feed.lag(), entries: memory.size }),
    ready: () => feed.ready(isCurrent),
    close: feed.close,
  })
  links.set(revocations, {
    maxTokenLifetime,
    revoke,
    isCrowded: () => memory.size > maxEntries / 2,
    hasRevoked: (sid) => memory.refuses({ sid, iat: Number.POSITIVE_INFINITY }),
    onUse: reporters.add,
  })
  return revocations
}
