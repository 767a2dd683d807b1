import { checkMembers, secondsOfDate } from '@sealbearer/core/internal'
import type { Revocation, RevocationKind } from '@sealbearer/core/stores'

/** Which tokens to refuse: one token, those of a session, of a subject, or of a client. */
export type RevocationTarget =
  | { readonly jti: string }
  | { readonly sid: string }
  | {
      readonly sub: string
      /** Refuses the tokens issued before. @default those issued up to and including this second */
      readonly issuedBefore?: Date
    }
  | { readonly clientId: string; readonly issuedBefore?: Date }

interface TargetRow {
  readonly kind: RevocationKind
  /** Whether tokens that are issued later are accepted. */
  readonly isByTime: boolean
}

const targets: Readonly<Record<string, TargetRow>> = {
  jti: { kind: 'jti', isByTime: false },
  sid: { kind: 'sid', isByTime: false },
  sub: { kind: 'sub', isByTime: true },
  clientId: { kind: 'client_id', isByTime: true },
}

const wayOut = 'give one of { jti }, { sid }, { sub, issuedBefore? }, { clientId, issuedBefore? }'

/**
 * @param now Seconds since the epoch.
 * @param maxTokenLifetime Seconds.
 * @throws {TypeError}
 */
export function revocationOf(target: RevocationTarget, now: number, maxTokenLifetime: number): Revocation {
  checkMembers('revoke', target, [...Object.keys(targets), 'issuedBefore'])
  const { issuedBefore, ...rest } = target as { issuedBefore?: unknown }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(rest)
  const [[name = '', value] = []] = entries
  const row = targets[name]
  if (row === undefined || entries.length !== 1 || typeof value !== 'string' || value === '') {
    throw new TypeError(`revoke: ${wayOut}`)
  }
  // No token has such a text, and stores would change it.
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`revoke: ${name} must be well-formed Unicode`)
  if (issuedBefore !== undefined && !row.isByTime) {
    throw new TypeError(`revoke: issuedBefore has no meaning with ${name}; ${wayOut}`)
  }
  const until = issuedUntil(issuedBefore, now)
  const lastIssue = row.isByTime ? Math.max(now, until + 1) : now
  const lifetime = lastIssue - now + maxTokenLifetime + clockTolerance
  return {
    kind: row.kind,
    value,
    issuedUntil: row.isByTime ? until : null,
    expiresAt: Math.ceil((now + lifetime) * 1000),
    lifetime: Math.ceil(lifetime * 1000),
  }
}

/**
 * Seconds. Clocks of issuers and verifiers differ: a token may be accepted for a little longer than it lives.
 */
export const clockTolerance = 300

/** The last second whose tokens are refused. */
function issuedUntil(issuedBefore: unknown, now: number): number {
  if (issuedBefore === undefined) return Math.floor(now)
  const seconds = secondsOfDate(issuedBefore)
  if (!Number.isFinite(seconds)) throw new TypeError('revoke: issuedBefore must be a valid Date')
  return Math.ceil(seconds) - 1
}
