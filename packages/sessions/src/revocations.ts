import { type JwtClaims, SealbearerError, type TokenRevocations } from '@sealbearer/core'
import type { TokenUse } from '@sealbearer/core/internal'
import type { Revocation, RevocationStore, SessionStore } from '@sealbearer/core/stores'
import { sessionKey } from './refresh-token.js'
import { createRevocationMemory } from './revocation-memory.js'
import { type RevocationTarget, revocationOf } from './revocation-target.js'
import { type RevocationsOptions, revocationsPolicy } from './revocations-options.js'
import { createStoreFeed } from './store-feed.js'
import { createUseReports, type SessionUse } from './use-reports.js'

/** How up to date this process is. */
export interface RevocationsStatus {
  /** Whether the store answered last time. */
  readonly connected: boolean
  /** Seconds since this process had everything that the store has. */
  readonly lag: number
  /** How many revocations are in memory. */
  readonly entries: number
}

/** Revocations of access tokens, for `createVerifier({ revocations })` and `createSessions({ revocations })`. */
export interface Revocations extends TokenRevocations {
  /**
   * Refuses tokens from now on: in this process at once, in others within the lag. `sub` and `clientId` refuse what was
   * issued before `issuedBefore`, or up to and including this second.
   *
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` if the store is unavailable. It holds in this process, and is
   * stored as soon as possible while the process runs.
   * @throws {TypeError} for anything but one of the targets.
   */
  revoke(target: RevocationTarget): Promise<void>
  /**
   * Whether a token with these claims is refused. It asks no store and does not verify the token; where it is of a
   * session, it is noted as used, unless the use is the server's `'own'`.
   *
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE` as `onStoreLost` says.
   */
  isRevoked(claims: JwtClaims, use?: 'sent' | 'own'): boolean
  /** Calls `revoked` when a token with these claims is revoked. `auth.signal` does it for you. */
  watch(claims: JwtClaims, revoked: () => void): () => void
  status(): RevocationsStatus
  /**
   * Resolves when the revocations have been loaded. Where processes are suspended between requests, as functions of a
   * serverless platform are, wait for it before each: the first request after a long pause is otherwise refused with 503.
   *
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE`
   */
  ready(): Promise<void>
  /** Ends background work. Tokens are then refused or accepted as `onStoreLost` says. */
  close(): void
}

/** What sessions need of revocations. */
export interface RevocationLink {
  /** Seconds. */
  readonly maxTokenLifetime: number
  /** Replaces the function that reports the use of access tokens. */
  onUse(report: (use: SessionUse) => Promise<void>): void
  /** Whether this process refuses all access tokens of a session. */
  hasRevoked(sid: string): boolean
  revoke(target: RevocationTarget): Promise<void>
}

const links = new WeakMap<Revocations, RevocationLink>()

/** @throws {TypeError} for an object that `createRevocations` did not make. */
export function revocationLink(revocations: Revocations): RevocationLink {
  const link = links.get(revocations)
  if (link === undefined) throw new TypeError('revocations: must come from createRevocations')
  return link
}

/**
 * Keeps the revocations that still matter in this process, and follows those of a store: a check reads memory, without
 * a round trip.
 *
 * @throws {TypeError} for an option that is missing, unknown or wrong.
 * @example
 * const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: 'refuse' })
 * const verifier = createVerifier({ …, revocations })
 * await revocations.revoke({ sub: 'user_123' })
 */
export function createRevocations(options: RevocationsOptions): Revocations {
  const { store, maxTokenLifetime, maxEntries, interval, timeLimit, loss, emit, now, storeNow } =
    revocationsPolicy(options)
  const memory = createRevocationMemory(
    maxEntries,
    () => now() * 1000,
    () => emit({ type: 'overflow', maxEntries }),
  )
  const feed = createStoreFeed({
    store,
    maxWaiting: maxEntries,
    now,
    onConnection: (connected, lag) => emit(connected ? { type: 'connected', lag } : { type: 'store-lost' }),
    interval,
    timeLimit,
    onEntries: (revocations) => revocations.forEach(memory.add),
  })
  let report = reporterFor(store, storeNow, (sid) => revoke({ sid }))
  const reports = createUseReports((use) => report(use), maxEntries)

  /** Also of a process that was suspended, and has not noticed yet that its last read is long ago. */
  const isCurrent = (): boolean =>
    feed.connected
      ? feed.lag() <= loss.seconds + interval + timeLimit
      : (feed.isLoaded || loss.isAccepted) && feed.lag() <= loss.seconds

  async function revoke(target: RevocationTarget): Promise<void> {
    const revocation: Revocation = revocationOf(target, now(), maxTokenLifetime)
    memory.add(revocation)
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
    hasRevoked: (sid) => memory.refuses({ sid, iat: Number.POSITIVE_INFINITY }),
    onUse(reporter) {
      report = reporter
    },
  })
  return revocations
}

/** Reports to a store that has sessions too; where `createSessions` has another store, it reports there instead. */
function reporterFor(
  store: RevocationStore & Partial<SessionStore>,
  now: () => number | undefined,
  revoke: (sid: string) => Promise<void>,
): (use: SessionUse) => Promise<void> {
  return async ({ sid, generation }) => {
    const key = sessionKey(sid)
    if (key === undefined || typeof store.markSeen !== 'function') return
    const result = await store.markSeen({ ...key, generation, now: now() })
    if (result.outcome === 'reuse') await revoke(sid)
  }
}
