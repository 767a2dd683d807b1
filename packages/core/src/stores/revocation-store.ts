/** What a revocation names: the claim of the access tokens that it refuses. */
export type RevocationKind = 'jti' | 'sid' | 'sub' | 'client_id'

/** Refuses access tokens by one claim. */
export interface Revocation {
  readonly kind: RevocationKind
  readonly value: string
  /**
   * Refuses only tokens with an `iat` up to and including this one, in seconds since the epoch; `null` refuses all.
   */
  readonly issuedUntil: number | null
  /** When the last token that it can refuse has expired: it may be forgotten then. Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** What a store knows beyond a position. */
export interface RevocationChanges {
  readonly entries: readonly Revocation[]
  /** Where the entries end. Opaque; for the next `snapshot`. */
  readonly position: string
  /**
   * The entries are all that the store has, not only what came after the position that was asked for: none was, or
   * the store does not know it any more, because it was emptied, restored or has fallen behind.
   */
  readonly complete: boolean
}

/**
 * Revocations of access tokens, which every process holds a copy of. Each operation is one atomic step and rejects
 * with `SB_STORE_UNAVAILABLE` when the engine does not answer.
 */
export interface RevocationStore {
  /** Adds an entry. Once it resolves, every later `snapshot` has the entry. */
  append(revocation: Revocation): Promise<void>
  /** Reads the entries after a position, or all of them. Entries that have expired may be left out. */
  snapshot(after?: string): Promise<RevocationChanges>
  /**
   * Calls `changed` soon after an entry was added by any process, so that `snapshot` need not be asked so often. It
   * may be called without reason or too late, and never needs to be: what it misses, the next `snapshot` has.
   *
   * @returns a function that ends it.
   */
  subscribe(changed: () => void): () => void
}
