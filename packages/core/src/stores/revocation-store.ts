import { ignoreRejection } from '../maybe-promise.js'

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
  /**
   * Of a new entry: milliseconds from now until `expiresAt`. A store with a clock of its own keeps the entry for at least
   * that long by its clock, so that one of a process whose clock is behind is not removed too early. Not in a `snapshot`.
   */
  readonly lifetime?: number
}

/**
 * Milliseconds for which stores keep entries that have expired: a clock can be an hour ahead, and be set back when a
 * process has read what is left.
 */
export const revocationMargin = 3_600_000

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
  /**
   * Whether the store has more entries after `position`, for the next `snapshot`: all at once would take too long.
   *
   * @default false
   */
  readonly more?: boolean
}

/** Maximum number of pages of one snapshot, so that it ends within its time limit on a slow connection. */
const maxPages = 10

/**
 * Reads the entries of a store page by page.
 *
 * @param readPage Returns the page after a position. One that is `complete` is the first of all entries.
 */
export async function readPages(
  after: string | undefined,
  readPage: (after: string | undefined) => Promise<RevocationChanges>,
): Promise<RevocationChanges> {
  let page = await readPage(after)
  let { complete } = page
  let entries = [...page.entries]
  for (let count = 1; page.more === true && count < maxPages; count++) {
    page = await readPage(page.position)
    if (page.complete) entries = []
    complete ||= page.complete
    for (const entry of page.entries) entries.push(entry)
  }
  const { position, more = false } = page
  return { entries, position, complete, ...(more && { more }) }
}

/**
 * Revocations of access tokens, of which every process holds a copy. Each operation is atomic and rejects with
 * `SB_STORE_UNAVAILABLE` if the store does not respond.
 */
export interface RevocationStore {
  /** Adds an entry. Once it resolves, every later `snapshot` contains the entry. */
  append(revocation: Revocation): Promise<void>
  /** Returns the entries after a position, or all of them; the first ones if there are `more`. Expired ones may be omitted. */
  snapshot(after?: string): Promise<RevocationChanges>
  /**
   * Calls `changed` soon after any process has added an entry, so that `snapshot` can be called less often. It may be
   * called without reason, late, or never: a missed entry is in the next `snapshot`.
   *
   * @returns A function that ends the subscription.
   */
  subscribe(changed: () => void): () => void
}

/** Subscriptions to a store that is polled. */
export interface PolledChanges extends Pick<RevocationStore, 'subscribe'> {
  /** Ends all subscriptions. */
  close(): void
}

/**
 * Calls the subscribers of a store after its last entry has changed. Does not poll without subscribers.
 *
 * @param last Returns an identifier of the last entry. Retried if it rejects.
 * @param interval Milliseconds between polls.
 */
export function createPolledChanges(last: () => Promise<string>, interval: number): PolledChanges {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let seen: string | undefined

  async function look(): Promise<void> {
    try {
      const now = await last()
      if (seen !== undefined && now !== seen) for (const changed of listeners) changed()
      seen = now
    } finally {
      schedule()
    }
  }

  function schedule(): void {
    clearTimeout(timer)
    if (listeners.size === 0) return
    timer = setTimeout(() => ignoreRejection(look()), interval)
    // Does not keep the process alive.
    if (typeof timer === 'object') timer.unref?.()
  }

  return {
    subscribe(changed) {
      // Each call creates its own subscription, even for the same function.
      const listener = (): void => changed()
      listeners.add(listener)
      if (listeners.size === 1) {
        seen = undefined
        ignoreRejection(look())
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearTimeout(timer)
      }
    },
    close() {
      listeners.clear()
      clearTimeout(timer)
    },
  }
}
