import { checkMembers } from '@sealbearer/core/internal'
import type { ReuseKind, SessionStore } from '@sealbearer/core/stores'
import type { Confirmation } from './confirmation.js'
import { dropOldest } from './drop-oldest.js'
import { endAllByToken, endAllSessions, endSession, type SessionTarget } from './end-session.js'
import type { Grant, RenewedGrant } from './grant.js'
import { createLinkedEnd } from './linked-sessions.js'
import { sessionKey } from './refresh-token.js'
import { renewSession } from './renew-session.js'
import { type Session, sessionOf } from './session.js'
import { type SessionsOptions, type SessionsPolicy, sessionsPolicy } from './session-options.js'
import { type StartOptions, startSession } from './start-session.js'
import type { UseReporter } from './use-reporters.js'
import { reportUse, type SessionUse } from './use-reports.js'

/** Starts, renews and ends sessions. Each operation is safe to repeat and to run in parallel. */
export interface Sessions {
  /**
   * Starts a session after a login. Does not check the login.
   *
   * @throws {SealbearerError} `SB_CLAIMS_UNAVAILABLE`, `SB_CLAIM_RESERVED`, `SB_STORE_UNAVAILABLE`, and what
   * `issuer.issue` throws; `SB_REFRESH_REFUSED` if the option `claims` returns `null`, or the
   * provider's session has ended meanwhile.
   * @throws {TypeError} for invalid options.
   */
  start(options: StartOptions): Promise<Grant>
  /**
   * Exchanges a refresh token. Parallel requests with one token all receive an access token, and one of them the next refresh
   * token. A lost response is replaced. Any other second use is theft, and ends the session.
   *
   * @throws {SealbearerError} `SB_REFRESH_REFUSED` (400 `invalid_grant`) for any invalid token; the cause is in the event.
   * `SB_STORE_UNAVAILABLE`, `SB_CLAIMS_UNAVAILABLE` (503): try again with the same token.
   * @throws {TypeError} for an unknown option.
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 RFC 6749 §6}
   */
  renew(refreshToken: string, options?: { readonly confirmation?: Confirmation }): Promise<RenewedGrant>
  /**
   * Ends one session, by any of its refresh tokens or by its `sid`.
   *
   * @returns Whether there was one. Any other text ends nothing, and is not an error.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE`
   */
  end(target: SessionTarget): Promise<boolean>
  /**
   * Ends all sessions of a subject. A new login works immediately.
   *
   * @param options `except`: the `sid` of a session that is kept.
   * @returns The number of ended sessions.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE`
   * @throws {TypeError} for an invalid option.
   */
  endAll(sub: string, options?: { readonly except?: string }): Promise<number>
  /** The sessions of a subject, the latest renewal first. @throws {SealbearerError} `SB_STORE_UNAVAILABLE` */
  list(sub: string): Promise<readonly Session[]>
}

/** The internals of sessions, for cookies and logout endpoints. */
export interface SessionsLink {
  readonly policy: SessionsPolicy
  /** Ends all sessions of the subject of a refresh token. @returns Whether it belongs to a valid session. */
  endAllByToken(refreshToken: string): Promise<boolean>
  /** Ends the sessions linked to one of a provider. @returns Their number. */
  endLinked(issuer: string, sid: string): Promise<number>
}

const links = new WeakMap<Sessions, SessionsLink>()

/** @throws {TypeError} for an object not created by `createSessions`. */
export function sessionsLink(sessions: Sessions): SessionsLink {
  const link = links.get(sessions)
  if (link === undefined) throw new TypeError('sessions: must come from createSessions')
  return link
}

/**
 * Creates sessions: short-lived access tokens, and refresh tokens that rotate.
 *
 * @throws {TypeError} for an option that is missing, invalid, or contradicts another; the message names the fix.
 * @example
 * const sessions = createSessions({ accessTokens: issuer, refreshTokens: { secret }, store, revocations })
 * const { accessToken, refreshToken } = await sessions.start({ sub: 'user_123' })
 * const next = await sessions.renew(refreshToken)
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.14 RFC 9700 §4.14}
 */
export function createSessions(options: SessionsOptions): Sessions {
  const policy = sessionsPolicy(options)
  policy.revocations?.onUse(endingIfDisplaced(policy, options.store))
  const sessions: Sessions = Object.freeze({
    start: (startOptions: StartOptions) => startSession(policy, startOptions),
    async renew(refreshToken: string, renewOptions: { readonly confirmation?: Confirmation } = {}) {
      checkMembers('renew', renewOptions, ['confirmation'])
      return renewSession(policy, refreshToken, renewOptions.confirmation)
    },
    end: (target: SessionTarget) => endSession(policy, target),
    async endAll(sub: string, endOptions: { readonly except?: string } = {}) {
      checkMembers('endAll', endOptions, ['except'])
      return endAllSessions(policy, sub, endOptions.except)
    },
    async list(sub: string) {
      const subjects = await policy.tokens.subjectsOf(sub)
      const lists = await Promise.all(
        subjects.map((subject) => policy.store.list({ subject, now: policy.storeNow() })),
      )
      const records = lists.flat().sort((a, b) => b.renewedAt - a.renewedAt)
      return records.map(sessionOf)
    },
  })
  links.set(sessions, {
    policy,
    endAllByToken: (refreshToken) => endAllByToken(policy, refreshToken),
    endLinked: createLinkedEnd(policy),
  })
  return sessions
}

/** Maximum number of uses whose report was not answered. */
const maxUnanswered = 1000

/** Reports the use of access tokens. A displaced generation is theft: the session ends. */
function endingIfDisplaced(policy: SessionsPolicy, ownStore: SessionStore): UseReporter {
  const { store, storeNow, tokens, emit, revocations } = policy
  const unanswered = new Set<string>()
  const nameOf = ({ sid, generation }: SessionUse): string => `${sid}.${generation}`

  async function announceTheft({ sid }: SessionUse, kind: ReuseKind): Promise<void> {
    emit({ type: 'reuse', sid, kind, by: 'access' })
    await revocations?.revoke({ sid }).catch(() => undefined)
  }

  return {
    store: ownStore,
    owns: async ({ sid, sub }) =>
      sub === undefined ||
      (await tokens.subjectsOf(sub)).some((subject) => subject === sessionKey(sid)?.subject),
    async report(use) {
      const kind = await reportUse(store, use, storeNow()).catch((error: unknown) => {
        unanswered.add(nameOf(use))
        dropOldest(unanswered, maxUnanswered)
        throw error
      })
      if (kind === 'unknown') return false
      unanswered.delete(nameOf(use))
      if (kind !== undefined) await announceTheft(use, kind)
      return true
    },
    async reportUnknown(use) {
      // The first report may have ended the session, and its answer may have been lost.
      if (unanswered.delete(nameOf(use)) && use.sub !== undefined) await announceTheft(use, 'displaced')
    },
  }
}
