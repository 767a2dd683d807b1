import type { Issuer } from '@sealbearer/core'
import {
  type Clock,
  checkMembers,
  countOption,
  type Duration,
  durationOption,
  type Listener,
  listenersOn,
  type MacSecret,
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
import { type RevocationLink, type Revocations, revocationLink } from './revocations.js'
import type { Session } from './session.js'
import type { SessionEvent } from './session-event.js'
import { checkStoreOption } from './store-option.js'

/** Secret and lifetimes of refresh tokens. */
export interface RefreshTokenOptions {
  /**
   * Text or bytes of at least 32 bytes, or a key for HS256. Of several, the first is used for new tokens, and all are
   * accepted: add a new one in front, and remove the old one after its sessions have ended.
   */
  readonly secret: MacSecret | readonly MacSecret[]
  /** Maximum lifetime of a session, regardless of renewals. @default '30d' */
  readonly lifetime?: Duration
  /** Time without a renewal after which a session ends. @default '14d', or `lifetime` if that is shorter */
  readonly idle?: Duration
  /**
   * How long the previous refresh token is still accepted, for parallel requests: longer than clients wait for a response.
   * The response then has an access token only; the client keeps the refresh token of the other response.
   *
   * `answer: 'same'` also repeats the new refresh token, for several processes that hold copies of one token. This is
   * weaker: a thief who uses the token within the window keeps access, beside the client, until the session ends.
   *
   * @default '30s'
   */
  readonly window?: Duration | { readonly length: Duration; readonly answer: 'same' }
}

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
export interface SessionsPolicy {
  readonly issuer: Issuer
  readonly tokens: RefreshTokens
  readonly store: SessionStore
  /** The same store, if it also is a replay store. */
  readonly replay: ReplayStore | undefined
  readonly revocations: RevocationLink | undefined
  readonly claims: SessionsOptions['claims']
  readonly lifetime: number
  readonly idle: number
  readonly window: number
  readonly answersSame: boolean
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
    ...lifetimes(options.refreshTokens, accessTokens, revocations !== undefined),
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

function lifetimes(
  options: RefreshTokenOptions,
  issuer: Issuer,
  hasRevocations: boolean,
): Pick<SessionsPolicy, 'lifetime' | 'idle' | 'window' | 'answersSame'> {
  checkMembers('refreshTokens', options, ['secret', 'lifetime', 'idle', 'window'])
  const lifetime = durationOption('refreshTokens.lifetime', withDefault(options.lifetime, '30d'))
  const idle = durationOption(
    'refreshTokens.idle',
    withDefault(options.idle, Math.min(lifetime, 14 * 86_400)),
  )
  const { length, answersSame } = windowOption(withDefault(options.window, '30s'))
  const contradictions: readonly (readonly [boolean, string])[] = [
    [
      lifetime < issuer.lifetime,
      'refreshTokens.lifetime: is shorter than the lifetime of accessTokens, so that nothing could be renewed; raise it, or shorten the access tokens',
    ],
    [
      idle > lifetime,
      'refreshTokens.idle: is longer than refreshTokens.lifetime, and would never apply; leave it out, or shorten it',
    ],
    [
      length > idle,
      'refreshTokens.window: is longer than refreshTokens.idle; shorten it: it only has to be longer than clients wait for an answer',
    ],
    [idle <= 0, "refreshTokens.idle: must be more than 0, such as '14d'"],
  ]
  for (const [isContradiction, message] of contradictions) if (isContradiction) throw new TypeError(message)
  return {
    lifetime: lifetime * 1000,
    idle: idle * 1000,
    window: length * 1000,
    answersSame: answersSame || !hasRevocations,
  }
}

function windowOption(window: NonNullable<RefreshTokenOptions['window']>): {
  readonly length: number
  readonly answersSame: boolean
} {
  if (typeof window !== 'object' || window === null) {
    return { length: durationOption('refreshTokens.window', window), answersSame: false }
  }
  checkMembers('refreshTokens.window', window, ['length', 'answer'])
  if (window.answer !== 'same') {
    throw new TypeError("refreshTokens.window.answer: must be 'same'; for the default give the length alone")
  }
  if (window.length === undefined) throw new TypeError("refreshTokens.window.length: required, such as '30s'")
  return { length: durationOption('refreshTokens.window.length', window.length), answersSame: true }
}
