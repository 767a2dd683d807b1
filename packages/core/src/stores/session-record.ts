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
