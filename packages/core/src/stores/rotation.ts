/** How refresh tokens rotate. */
export interface RotationPolicy {
  /** Milliseconds in which the previous token is still accepted. */
  readonly window: number
  /** Milliseconds without a renewal after which a session ends. */
  readonly idle: number
}

/** Why a refresh token was rejected; nothing has changed then. */
export type RefusalKind = 'unknown' | 'confirmation'

/**
 * What revealed a theft: a token that was exchanged before (`replayed`), one whose response was replaced (`displaced`),
 * or a generation that the record has not reached (`ahead`: the store has lost writes).
 */
export type ReuseKind = 'replayed' | 'displaced' | 'ahead'

/**
 * The outcome of a refresh token. `record` is the record after the step; with `reuse` it is the removed one.
 *
 * - `renewed`: a new generation, `record.current`.
 * - `repeated`: nothing changed; the response contains an access token of the presented generation.
 * - `displaced`: a new generation, because the response with the previous one was lost.
 * - `kept`: a session bound to a key or a certificate does not rotate; only its times changed.
 */
export type RotationResult =
  | { readonly outcome: 'renewed' | 'repeated' | 'displaced' | 'kept'; readonly record: SessionRecord }
  | { readonly outcome: 'refused'; readonly kind: RefusalKind }
  | { readonly outcome: 'reuse'; readonly kind: ReuseKind; readonly record: SessionRecord }

/** The outcome of the use of an access token. `ignored`: of an older generation, or seen before. */
export type UseResult =
  | { readonly outcome: 'seen' | 'ignored'; readonly record: SessionRecord }
  | { readonly outcome: 'refused'; readonly kind: 'unknown' }
  | { readonly outcome: 'reuse'; readonly kind: 'displaced'; readonly record: SessionRecord }

/** A refresh token, as seen by the rotation rule. */
interface PresentedToken extends RotationPolicy {
  readonly generation: number
  readonly secretHash: string
  readonly confirmation: string | null
}

/**
 * The rotation rule. Neither parallel requests nor a lost response log a client out, and a thief and the victim cannot
 * both continue.
 *
 * | presented | result |
 * |---|---|
 * | `current` | rotate |
 * | `previous`, within the window | a parallel request: an access token, nothing changes |
 * | `previous`, after it, `current` never seen | the response was lost: `current` is displaced by the next |
 * | anything else | theft: the session ends |
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2 RFC 9700 §4.14.2}
 */
export function rotate(
  record: SessionRecord | undefined,
  presented: PresentedToken,
  now: number,
): RotationResult {
  if (!record || now >= record.validUntil || presented.secretHash !== record.secretHash) {
    return { outcome: 'refused', kind: 'unknown' }
  }
  if (presented.confirmation !== record.confirmation) return { outcome: 'refused', kind: 'confirmation' }
  const { generation, window, idle } = presented
  const { current, previous } = record
  const renewed = { ...record, renewedAt: now, validUntil: Math.min(record.expiresAt, now + idle) }
  const next = { ...renewed, current: current + 1, rotatedAt: now, seen: false }

  if (generation === current) {
    if (record.confirmation !== null) return { outcome: 'kept', record: renewed }
    return { outcome: 'renewed', record: { ...next, previous: current } }
  }
  if (generation === previous) {
    // Both directions: if the clock was set back by an hour, the window would otherwise last for an hour.
    if (Math.abs(now - record.rotatedAt) <= window) return { outcome: 'repeated', record }
    if (!record.seen) return { outcome: 'displaced', record: next }
  }
  const kind = generation > current ? 'ahead' : generation > previous ? 'displaced' : 'replayed'
  return { outcome: 'reuse', kind, record }
}

/** The rule for the use of an access token: a displaced generation is theft, an older one remains valid until it expires. */
export function use(record: SessionRecord | undefined, generation: number, now: number): UseResult {
  if (!record || now >= record.validUntil) return { outcome: 'refused', kind: 'unknown' }
  const { current, previous } = record
  if (generation > previous && generation < current) return { outcome: 'reuse', kind: 'displaced', record }
  if (generation !== current || record.seen) return { outcome: 'ignored', record }
  return { outcome: 'seen', record: { ...record, seen: true } }
}

/** The version that this release reads and writes. */
export const recordVersion = 1

/**
 * One session: its only record. Times are whole milliseconds since the epoch, by the store's clock. No token can be
 * derived from it: it contains only a hash of the secret in the refresh tokens.
 */
export interface SessionRecord {
  /** Another release may need other members: a store changes no record whose version it does not know. */
  readonly version: number
  readonly subject: string
  readonly sid: string
  readonly sub: string
  /** SHA-256 of the secret in the session's refresh tokens, base64url. */
  readonly secretHash: string
  /** Generation of the newest refresh token. The first is 1. */
  readonly current: number
  /** The generation that was exchanged for `current`; 0 before the first. Those between the two are displaced. */
  readonly previous: number
  /** When `current` was created. */
  readonly rotatedAt: number
  /** Whether an access token of the generation `current` was used. */
  readonly seen: boolean
  readonly startedAt: number
  readonly renewedAt: number
  /** Absolute end, regardless of renewals. */
  readonly expiresAt: number
  /** End unless it is renewed before: `renewedAt` plus the idle limit, and never after `expiresAt`. */
  readonly validUntil: number
  /** The key or certificate that the client must prove (`jkt:…`, `x5t#S256:…`); `null` for none. */
  readonly confirmation: string | null
  /** JSON that the store does not interpret or change: claims, `data` and so on. */
  readonly content: string
}
