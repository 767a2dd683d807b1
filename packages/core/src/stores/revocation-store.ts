/** What a revocation names: the claim of the access tokens that it rejects. */
export type RevocationKind = 'jti' | 'sid' | 'sub' | 'client_id'

/** Rejects access tokens by one claim. */
export interface Revocation {
  readonly kind: RevocationKind
  readonly value: string
  /**
   * Rejects only tokens with an `iat` up to and including this one, in seconds since the epoch; `null` rejects all.
   */
  readonly issuedUntil: number | null
  /** When the last affected token has expired, after which the entry may be removed. Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The entries of a store after a position. */
export interface RevocationChanges {
  readonly entries: readonly Revocation[]
  /** The position after these entries. Opaque; for the next `snapshot`. */
  readonly position: string
  /**
   * Whether the entries are all that the store has, not only those after the given position: because no position was
   * given, or the store no longer knows it (it was cleared, restored or has fallen behind).
   */
  readonly complete: boolean
}

/**
 * Revocations of access tokens, of which every process holds a copy. Each operation is atomic and rejects with
 * `SB_STORE_UNAVAILABLE` if the store does not respond.
 */
export interface RevocationStore {
  /** Adds an entry. Once it resolves, every later `snapshot` contains the entry. */
  append(revocation: Revocation): Promise<void>
  /** Returns the entries after a position, or all of them. Expired entries may be omitted. */
  snapshot(after?: string): Promise<RevocationChanges>
  /**
   * Calls `changed` soon after any process has added an entry, so that `snapshot` can be called less often. It may be
   * called without reason, late, or never: a missed entry is in the next `snapshot`.
   *
   * @returns A function that ends the subscription.
   */
  subscribe(changed: () => void): () => void
}
