import type { Issuer } from '@sealbearer/core'
import {
  type Clock,
  checkMembers,
  countOption,
  type Listener,
  listenersOn,
  type MaybePromise,
  macOption,
  secondsClock,
  storeClock,
  withDefault,
} from '@sealbearer/core/internal'
import type { ReplayStore, SessionStore } from '@sealbearer/core/stores'
import type { SessionClaims } from './content.js'
import { guardedStore } from './guarded-store.js'
import { createRefreshTokens, type RefreshTokens } from './refresh-token.js'
import { type RefreshTokenOptions, type SessionLifetimes, sessionLifetimes } from './refresh-token-options.js'
import { type RevocationLink, type Revocations, revocationLink } from './revocations.js'
import type { Session } from './session.js'
import type { SessionEvent } from './session-event.js'
import { checkStoreOption } from './store-option.js'

/** Options of {@link createSessions}. */
export interface SessionsOptions {
  /** Issues the access tokens: signed, encrypted or nested. */
  readonly accessTokens: Issuer
  /** Secret and lifetimes of refresh tokens. */
  readonly refreshTokens: RefreshTokenOptions
  /** `createMemoryStore()`, or a store on a shared engine. */
  readonly store: SessionStore
  /**
   * Revokes access tokens when a session ends. Without it, they stay valid until they expire, their use is not reported, and
   * the window works like `answer: 'same'`.
   *
   * @default none
   */
  readonly revocations?: Revocations
  /**
   * Returns the claims of the access tokens; called at the start, at each renewal, and for each response in the window.
   * `null` ends the session. If it throws or takes more than ten seconds, the error is `SB_CLAIMS_UNAVAILABLE`, and nothing
   * changes.
   *
   * @default those given to `start`
   */
  readonly claims?: (of: {
    readonly sub: string
    readonly session: Session
  }) => MaybePromise<SessionClaims | null>
  /** Maximum number of sessions of a subject; another login ends the least recently renewed one. @default 100 */
  readonly maxSessionsPerSubject?: number
  /** Called with events of sessions. Errors that it throws are ignored. @default nothing is called */
  readonly onEvent?: (event: SessionEvent) => void
  /** Where time comes from; replace it in tests. @default the store's clock */
  readonly now?: Clock
}

/** The options after validation. Durations are in milliseconds. */
export interface SessionsPolicy extends SessionLifetimes {
  readonly issuer: Issuer
  readonly tokens: RefreshTokens
  readonly store: SessionStore
  /** The same store, if it also is a replay store. */
  readonly replay: ReplayStore | undefined
  readonly revocations: RevocationLink | undefined
  readonly claims: SessionsOptions['claims']
  readonly limit: number
  readonly emit: Listener<SessionEvent>
  /** For the store; `undefined` if its own clock is used. */
  readonly storeNow: () => number | undefined
  readonly now: () => number
}

const optionNames = [
  'accessTokens',
  'refreshTokens',
  'store',
  'revocations',
  'claims',
  'maxSessionsPerSubject',
  'onEvent',
  'now',
] as const satisfies readonly (keyof SessionsOptions)[]

const operations = ['create', 'read', 'rotate', 'markSeen', 'end', 'endAll', 'list', 'link', 'takeLinked']

/** @throws {TypeError} that names the option and the way out. */
export function sessionsPolicy(options: SessionsOptions): SessionsPolicy {
  checkMembers('createSessions', options, optionNames)
  const { accessTokens, store, claims } = options
  if (typeof accessTokens?.issue !== 'function') {
    throw new TypeError('accessTokens: required, an issuer from createIssuer')
  }
  checkStoreOption('session', store, operations)
  if (claims !== undefined && typeof claims !== 'function') {
    throw new TypeError('claims: must be a function of { sub, session } that returns claims, or null')
  }
  const revocations = options.revocations === undefined ? undefined : revocationLink(options.revocations)
  checkMaxTokenLifetime(accessTokens, revocations)
  const seconds = secondsClock(options.now)
  const now = (): number => Math.round(seconds() * 1000)
  return {
    issuer: accessTokens,
    tokens: createRefreshTokens(
      macOption('refreshTokens.secret', options.refreshTokens?.secret),
      accessTokens.issuer,
    ),
    store: guardedStore(store),
    replay: replayOf(store),
    revocations,
    claims,
    now,
    ...sessionLifetimes(options.refreshTokens, accessTokens, revocations !== undefined),
    limit: countOption('maxSessionsPerSubject', withDefault(options.maxSessionsPerSubject, 100), 1),
    emit: listenersOn('sealbearer:session', 'onEvent', options.onEvent).emit,
    storeNow: storeClock(options.now),
  }
}

const replayOf = (store: SessionStore & Partial<ReplayStore>): ReplayStore | undefined =>
  // Checked: it has the method.
  typeof store.claim === 'function' ? (store as SessionStore & ReplayStore) : undefined

function checkMaxTokenLifetime({ maxLifetime }: Issuer, revocations: RevocationLink | undefined): void {
  if (revocations === undefined || revocations.maxTokenLifetime >= maxLifetime) return
  throw new TypeError(
    `revocations: has a maxTokenLifetime of ${revocations.maxTokenLifetime} seconds, but accessTokens issues for up to ${maxLifetime}, and a revocation would be forgotten before its token expires; lower the issuer's maxLifetime or raise maxTokenLifetime`,
  )
}
