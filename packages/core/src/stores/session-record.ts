/** The version that this release reads and writes. */
export const recordVersion = 1

/**
 * One session: the only record there is of it. Times are whole milliseconds since the epoch, by the store's clock.
 * It yields no token: of the secret in the refresh tokens it has a hash.
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
  /** The generation whose exchange led to `current`; 0 before the first. Those between the two are displaced. */
  readonly previous: number
  /** When `current` was made. */
  readonly rotatedAt: number
  /** An access token of the generation `current` was used. */
  readonly seen: boolean
  readonly startedAt: number
  readonly renewedAt: number
  /** The end, however often the session is renewed. */
  readonly expiresAt: number
  /** The end unless it is renewed before: `renewedAt` plus the idle limit, and never after `expiresAt`. */
  readonly validUntil: number
  /** What the client has to prove to hold (`jkt:…`, `x5t#S256:…`); `null` for nothing. */
  readonly confirmation: string | null
  /** JSON that the store does not read and never changes: claims, `data` and so on. */
  readonly content: string
}
