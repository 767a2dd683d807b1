import type { SealbearerError } from '@sealbearer/core'
import type { SessionRecord } from '@sealbearer/core/stores'
import { askClaims } from './ask-claims.js'
import { type Confirmation, confirmationText } from './confirmation.js'
import type { SessionClaims } from './content.js'
import { announceEnd, revokeGone } from './end-session.js'
import { grantOf, type RenewedGrant } from './grant.js'
import type { Family, RefreshToken } from './refresh-token.js'
import { sessionError } from './session-error.js'
import type { SessionEvent } from './session-event.js'
import type { SessionsPolicy } from './session-options.js'

type Token = RefreshToken & Family

/** Clients receive the same error for every rejection. */
const refused = (): SealbearerError => sessionError('SB_REFRESH_REFUSED')

type RefusedKind = Extract<SessionEvent, { type: 'refused' }>['kind']

export async function renewSession(
  policy: SessionsPolicy,
  refreshToken: unknown,
  confirmation: Confirmation | undefined,
): Promise<RenewedGrant> {
  const refuse = (kind: RefusedKind, sid?: string): SealbearerError => {
    policy.emit({ type: 'refused', sid, kind })
    return refused()
  }
  const proven = confirmationText(confirmation)
  const token = await policy.tokens.read(refreshToken)
  if (typeof token === 'string') throw refuse(token)
  const { subject, sid, generation, secretHash } = token
  const { store, window, idle } = policy
  const refuseGone = async (): Promise<never> => {
    // Refused either way: what could not be revoked is tried again.
    await revokeGone(policy, token).catch(() => undefined)
    throw refuse('unknown', sid)
  }
  const now = policy.storeNow()

  // Before the atomic step: if the claims are unavailable, nothing has changed.
  let claims: SessionClaims | undefined
  if (policy.claims !== undefined) {
    const record = await store.read({ subject, sid, now })
    if (record === undefined) return refuseGone()
    if (mayRenew(record, token, proven)) claims = await claimsOrEnd(policy, record)
  }
  const result = await store.rotate({
    subject,
    sid,
    generation,
    secretHash,
    confirmation: proven,
    window,
    idle,
    now,
  })
  if (result.outcome === 'refused' && result.kind === 'unknown') return refuseGone()
  if (result.outcome === 'refused') throw refuse(result.kind, sid)
  if (result.outcome === 'reuse') {
    policy.emit({ type: 'reuse', sid, kind: result.kind, by: 'refresh' })
    // A revocation that could not be stored is retried; the client is rejected either way.
    await policy.revocations?.revoke({ sid }).catch(() => undefined)
    throw refused()
  }
  const { outcome, record } = result
  claims ??= await claimsOrEnd(policy, record)
  policy.emit({ type: outcome === 'kept' ? 'renewed' : outcome, sid })
  if (outcome === 'repeated' && !policy.answersSame) {
    return grantOf(policy, { record, generation, claims, remaining: remainingOf(policy, record) })
  }
  const remaining =
    outcome === 'repeated' ? remainingOf(policy, record) : record.validUntil - record.renewedAt
  const grant = await grantOf(policy, { record, generation: record.current, claims, remaining })
  return { ...grant, refreshToken: await policy.tokens.write(token, record.current) }
}

/** Whether the rule may accept this token. A token that it rejects, or treats as theft, needs no claims. */
function mayRenew(record: SessionRecord, token: Token, proven: string | null): boolean {
  const { current, previous, secretHash, confirmation } = record
  const isKnown = token.generation === current || token.generation === previous
  return isKnown && token.secretHash === secretHash && proven === confirmation
}

async function claimsOrEnd(policy: SessionsPolicy, record: SessionRecord): Promise<SessionClaims> {
  const claims = await askClaims(policy.claims, record)
  if (claims !== null) return claims
  const { subject, sid } = record
  const ended = await policy.store.end({ subject, sid, now: policy.storeNow() })
  if (ended !== undefined) await announceEnd(policy, sid, 'claims')
  throw refused()
}

/** Milliseconds left. The store does not say when in the window it answered; this clock may differ from that of the store. */
function remainingOf({ now, window }: SessionsPolicy, { validUntil, rotatedAt }: SessionRecord): number {
  return validUntil - Math.min(Math.max(now(), rotatedAt), rotatedAt + window)
}
