import type { SealbearerError } from '@sealbearer/core'
import type { RotationResult, SessionRecord } from '@sealbearer/core/stores'
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

/** Exchanges a refresh token, as `sessions.renew` describes. */
export async function renewSession(
  policy: SessionsPolicy,
  refreshToken: unknown,
  confirmation: Confirmation | undefined,
): Promise<RenewedGrant> {
  const proven = confirmationText(confirmation)
  const token = await policy.tokens.read(refreshToken)
  if (typeof token === 'string') throw refuse(policy, token)
  const { store, window, idle } = policy
  const { subject, sid, generation, secretHash } = token
  const now = policy.storeNow()
  const arrival = performance.now()
  // Before the atomic step: if the claims are unavailable, nothing has changed.
  const early = policy.claims && (await claimsBefore(policy, token, proven, now))
  // The clock of the store does not know when the request arrived: slow claims must not make a parallel request late.
  const waited = now === undefined ? Math.ceil(performance.now() - arrival) : 0
  const length = window + waited
  const exchange = { subject, sid, generation, secretHash, confirmation: proven, window: length, idle, now }
  const result = await store.rotate(exchange)
  if (result.outcome === 'refused' || result.outcome === 'reuse') throw await rejection(policy, token, result)

  const { outcome, record } = result
  const claims = early ?? (await claimsOrEnd(policy, record))
  policy.emit({ type: outcome === 'kept' ? 'renewed' : outcome, sid })
  const isRepeated = outcome === 'repeated'
  const remaining = isRepeated
    ? remainingOf(policy.now(), record, length)
    : record.validUntil - record.renewedAt
  if (isRepeated && !policy.answersSame) return grantOf(policy, { record, generation, claims, remaining })
  const grant = await grantOf(policy, { record, generation: record.current, claims, remaining })
  return { ...grant, refreshToken: await policy.tokens.write(token, record.current) }
}

/** Emits why a token is refused. @returns The error for the client. */
function refuse(policy: SessionsPolicy, kind: RefusedKind, sid?: string): SealbearerError {
  policy.emit({ type: 'refused', sid, kind })
  return refused()
}

/** Refuses a token whose session no longer exists. What cannot be revoked now is retried. */
async function refuseGone(policy: SessionsPolicy, token: Token): Promise<SealbearerError> {
  await revokeGone(policy, token).catch(() => undefined)
  return refuse(policy, 'unknown', token.sid)
}

type Rejected = Extract<RotationResult, { readonly outcome: 'refused' | 'reuse' }>

/** Handles a token that the rule rejects. @returns The error for the client. */
async function rejection(policy: SessionsPolicy, token: Token, result: Rejected): Promise<SealbearerError> {
  const { sid } = token
  if (result.outcome === 'refused') {
    return result.kind === 'unknown' ? refuseGone(policy, token) : refuse(policy, result.kind, sid)
  }
  policy.emit({ type: 'reuse', sid, kind: result.kind, by: 'refresh' })
  // A revocation that could not be stored is retried; the client is rejected either way.
  await policy.revocations?.revoke({ sid }).catch(() => undefined)
  return refused()
}

/** Calls the option `claims`, unless the rule will reject the token. */
async function claimsBefore(
  policy: SessionsPolicy,
  token: Token,
  proven: string | null,
  now: number | undefined,
): Promise<SessionClaims | undefined> {
  const { subject, sid } = token
  const record = await policy.store.read({ subject, sid, now })
  if (record === undefined) throw await refuseGone(policy, token)
  return mayRenew(record, token, proven) ? claimsOrEnd(policy, record) : undefined
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

/** Milliseconds until the session ends. By this clock, which may differ from the store's, so kept within the window. */
function remainingOf(now: number, { validUntil, rotatedAt }: SessionRecord, window: number): number {
  return validUntil - Math.min(Math.max(now, rotatedAt), rotatedAt + window)
}
