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
import type { SessionEvent } from './events.js'
import { guardedStore } from './guarded-store.js'
import { createRefreshTokens, type RefreshTokens } from './refresh-token.js'
import { type RevocationLink, type Revocations, revocationLink } from './revocations.js'
import type { Session } from './session.js'
import { checkStoreOption } from './store-option.js'

/** How refresh tokens are created, and how long they are valid. */
export interface RefreshTokenOptions {
  /**
   * Text or bytes of at least 32 bytes, or a key for HS256. Of several the first makes new tokens, and all are
   * accepted: put a new one in front, and remove the old one when its sessions have ended.
   */
  readonly secret: MacSecret | readonly MacSecret[]
  /** A session ends after it, however often it is renewed. @default '30d' */
  readonly lifetime?: Duration
  /** A session ends after it without a renewal. @default '14d', or `lifetime` where that is shorter */
  readonly idle?: Duration
  /**
   * For how long the previous refresh token still gets an answer: longer than clients wait for one. The answer has an
   * access token alone, so that the client keeps the refresh token of the other answer.
   *
   * `answer: 'same'` repeats the new refresh token too, for several processes that hold copies of one token. It is
   * weaker: a thief within the window keeps access beside the client until it ends.
   *
   * @default '30s'
   */
  readonly window?: Duration | { readonly length: Duration; readonly answer: 'same' }
}

/** How sessions work. */
export interface SessionsOptions {
  /** Issues the access tokens: signed, encrypted or nested. */
  readonly accessTokens: Issuer
  /** Secret and times of refresh tokens. */
  readonly refreshTokens: RefreshTokenOptions
  /** `createMemoryStore()`, or a store on a shared engine. */
  readonly store: SessionStore
  /**
   * Without it, access tokens of an ended session stay valid until they expire, their use is not reported, and the
   * window answers like `answer: 'same'`.
   *
   * @default none
   */
  readonly revocations?: Revocations
  /**
   * Claims of the access tokens, asked at the start, at each renewal, and for each answer in the window. `null` ends
   * the session. Throwing, or taking more than ten seconds, is `SB_CLAIMS_UNAVAILABLE` and changes nothing.
   *
   * @default those given to `start`
   */
  readonly claims?: (of: {
    readonly sub: string
    readonly session: Session
  }) => MaybePromise<SessionClaims | null>
  /** How many sessions a subject may have; a login over it ends the least recently renewed one. @default 100 */
  readonly maxSessionsPerSubject?: number
  /** Called with what happens to sessions. Errors that it throws are ignored. @default nothing is called */
  readonly onEvent?: (event: SessionEvent) => void
  /** @default the store's clock */
  readonly now?: Clock
}

/** The options after validation. Durations are in milliseconds. */
export interface SessionsPolicy {
  readonly issuer: Issuer
  readonly tokens: RefreshTokens
  readonly store: SessionStore
  /** The same store, if it is a replay store too. */
  readonly replay: ReplayStore | undefined
  readonly revocations: RevocationLink | undefined
  readonly claims: SessionsOptions['claims']
  readonly lifetime: number
  readonly idle: number
  readonly window: number
  readonly answersSame: boolean
  readonly limit: number
  readonly emit: Listener<SessionEvent>
  /** For the store: `undefined` where its own clock counts. */
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
