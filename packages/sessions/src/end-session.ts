import { checkMembers } from '@sealbearer/core/internal'
import type { SessionKey, SessionRecord } from '@sealbearer/core/stores'
import { type RefreshToken, sessionKey } from './refresh-token.js'
import type { EndedBy } from './session-event.js'
import type { SessionsPolicy } from './session-options.js'

/** A session, by any of its refresh tokens or by the `sid` of its access tokens. */
export type SessionTarget = { readonly refreshToken: string } | { readonly sid: string }

export async function endSession(policy: SessionsPolicy, target: SessionTarget): Promise<boolean> {
  checkMembers('end', target, ['refreshToken', 'sid'])
  if ('refreshToken' in target === 'sid' in target) {
    throw new TypeError('end: give either { refreshToken } or { sid }')
  }
  return 'sid' in target ? endBySid(policy, target.sid) : endByToken(policy, target.refreshToken)
}

async function readToken(policy: SessionsPolicy, refreshToken: unknown): Promise<RefreshToken | undefined> {
  const token = await policy.tokens.read(refreshToken)
  if (typeof token !== 'string') return token
  policy.emit({ type: 'refused', sid: undefined, kind: token })
  return undefined
}

async function endByToken(policy: SessionsPolicy, refreshToken: unknown): Promise<boolean> {
  const token = await readToken(policy, refreshToken)
  if (token === undefined) return false
  const { subject, sid, secretHash } = token
  const ended = await policy.store.end({ subject, sid, secretHash, now: policy.storeNow() })
  if (ended === undefined) await revokeGone(policy, token)
  else await announceEnd(policy, sid, 'client')
  return ended !== undefined
}

/**
 * Revokes the access tokens of a session that no longer exists: the answer of the store that ended it may have been lost.
 * If the session exists, the refresh token has another secret, and nothing is revoked. Old tokens of very many sessions, sent
 * one after the other, must not replace the other revocations.
 */
export async function revokeGone(policy: SessionsPolicy, { subject, sid }: SessionKey): Promise<void> {
  const { revocations, store } = policy
  if (revocations === undefined || revocations.hasRevoked(sid) || revocations.isCrowded()) return
  const record = await store.read({ subject, sid, now: policy.storeNow() })
  if (record === undefined) await revocations.revoke({ sid })
}

async function endBySid(policy: SessionsPolicy, sid: string): Promise<boolean> {
  const key = sessionKey(sid)
  if (key === undefined) return false
  const ended = await policy.store.end({ ...key, now: policy.storeNow() })
  if (ended !== undefined) await announceEnd(policy, sid, 'server')
  // The store may have lost the session while its access tokens are still valid.
  else await policy.revocations?.revoke({ sid })
  return ended !== undefined
}

export async function endAllSessions(policy: SessionsPolicy, sub: string, except?: string): Promise<number> {
  if (typeof sub !== 'string' || sub === '')
    throw new TypeError('endAll: sub is required, a non-empty string')
  if (except !== undefined && (typeof except !== 'string' || except === ''))
    throw new TypeError('endAll: except must be the id of a session')
  const subjects = await policy.tokens.subjectsOf(sub)
  const now = policy.storeNow()
  const { store, revocations } = policy
  const listed =
    revocations === undefined
      ? []
      : await Promise.all(subjects.map((subject) => store.list({ subject, now })))
  const known = listed.flat().flatMap(({ sid }) => (sid === except ? [] : [sid]))
  const ended = await endingAfterRevocation(policy, known, 'everywhere', async () => {
    const lists = await Promise.all(
      subjects.map((subject) => store.endAll({ subject, now, ...(except !== undefined && { except }) })),
    )
    return lists.flat()
  })
  return ended.length
}

/**
 * Ends all sessions of the subject of a refresh token.
 *
 * @returns Whether the token belongs to a valid session. Any other token ends nothing.
 */
export async function endAllByToken(policy: SessionsPolicy, refreshToken: unknown): Promise<boolean> {
  const token = await readToken(policy, refreshToken)
  if (token === undefined) return false
  const { subject, sid, secretHash } = token
  const record = await policy.store.read({ subject, sid, now: policy.storeNow() })
  if (record === undefined || record.secretHash !== secretHash) return false
  await endAllSessions(policy, record.sub)
  return true
}

/** Reports the end of a session, and revokes its access tokens. */
export async function announceEnd(policy: SessionsPolicy, sid: string, by: EndedBy): Promise<void> {
  policy.emit({ type: 'ended', sid, by })
  await policy.revocations?.revoke({ sid })
}

/**
 * Ends sessions after their access tokens are revoked: if the process stops in between, the sessions are still there to
 * be found by the next attempt. They end even if some revocations could not be stored: those are tried again.
 *
 * @param known The `sid`s known before.
 * @param end Resolves with the sessions that it ended, of which some may not have been known.
 */
export async function endingAfterRevocation(
  { emit, revocations }: SessionsPolicy,
  known: readonly string[],
  by: EndedBy,
  end: () => Promise<readonly SessionRecord[]>,
): Promise<readonly SessionRecord[]> {
  const revoke = (sids: readonly string[]) =>
    Promise.allSettled(sids.map((sid) => revocations?.revoke({ sid })))
  const before = await revoke(known)
  const ended = await end()
  for (const { sid } of ended) emit({ type: 'ended', sid, by })
  const after = await revoke(ended.flatMap(({ sid }) => (known.includes(sid) ? [] : [sid])))
  const failed = [...before, ...after].find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return ended
}
