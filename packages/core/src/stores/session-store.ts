import type { RotationPolicy, RotationResult, SessionRecord, UseResult } from './rotation.js'

/** Identifies one session. Both strings are opaque to a store. */
export interface SessionKey {
  /** Groups the sessions of one subject: a keyed hash of `sub`. A store may keep all of them in one place. */
  readonly subject: string
  /** Unique. */
  readonly sid: string
}

/** Options of every operation. */
export interface At {
  /** Milliseconds since the epoch. @default the store's clock */
  readonly now?: number | undefined
}

/** The data written by `create`. The store adds the times, generation 1 and `seen: false`. */
export interface NewSession
  extends SessionKey,
    At,
    Pick<SessionRecord, 'version' | 'sub' | 'secretHash' | 'confirmation' | 'content'> {
  /** Milliseconds from now until the session ends, regardless of renewals. */
  readonly lifetime: number
  /** Milliseconds without a renewal after which it ends. */
  readonly idle: number
  /** Maximum number of sessions of the subject, including this one. */
  readonly limit: number
}

/** The result of `create`. */
export interface Created {
  readonly record: SessionRecord
  /** The sessions over the limit, ended in the same step: those least recently renewed. */
  readonly ended: readonly SessionRecord[]
}

/** A presented refresh token. Its MAC has been checked; the session may be gone. */
export interface Presented extends SessionKey, At, RotationPolicy {
  readonly generation: number
  /** Hash of the secret in the token. If it differs from the record's, the token is rejected like an unknown session. */
  readonly secretHash: string
  /** What the client has proven, as in the record; `null` for nothing. */
  readonly confirmation: string | null
}

/** An access token that was used. */
export interface Used extends SessionKey, At {
  readonly generation: number
}

/** Links a session to another one. */
export interface Link extends SessionKey, At {
  /** Opaque, and not secret. */
  readonly link: string
  /** Milliseconds from now after which the entry may be removed. */
  readonly lifetime: number
  /** How many sessions one link has; the oldest is unlinked. */
  readonly limit: number
}

/**
 * Sessions in a shared store. **Each operation is atomic**: two concurrent ones have the same results as sequential
 * ones. A store decides by the rule in `rotation.ts` only.
 *
 * An operation that was rejected is not done later: its caller has gone on. For that, a command needs a deadline, since clients,
 * pools and networks can hold one for long.
 *
 * Every operation rejects with `SB_STORE_UNAVAILABLE` if the store does not respond, and with `SB_STORE_VERSION` if a
 * record that it touches has another `version` than 1; then it changes nothing. A session exists while `now <
 * validUntil`; later, operations find nothing. `checkStore` of `@sealbearer/testing` tests all of this.
 */
export interface SessionStore {
  /**
   * Writes a new session. Never replaces one: resolves with `undefined` if the `sid` is taken.
   * A `version` that this release does not know is written unchanged.
   */
  create(session: NewSession): Promise<Created | undefined>
  /** Reads a session without changing it. */
  read(key: SessionKey & At): Promise<SessionRecord | undefined>
  /** Compares a refresh token with the record and rotates, atomically. Theft removes the record. */
  rotate(presented: Presented): Promise<RotationResult>
  /** Records that an access token was used. One of a displaced generation removes the record. */
  markSeen(used: Used): Promise<UseResult>
  /** Removes a session; with `secretHash`, only if it matches the record's. Resolves with the removed session. */
  end(key: SessionKey & At & { readonly secretHash?: string }): Promise<SessionRecord | undefined>
  /** Removes all sessions of a subject except `except`. Resolves with the removed sessions. */
  endAll(
    subject: Pick<SessionKey, 'subject'> & At & { readonly except?: string },
  ): Promise<readonly SessionRecord[]>
  /** The sessions of a subject, most recently renewed first. */
  list(subject: Pick<SessionKey, 'subject'> & At): Promise<readonly SessionRecord[]>
  /**
   * Adds a session to those that end with `link`, the session of an OpenID provider. Does not check whether the session
   * exists. If there are more than `limit` entries, the oldest is removed.
   */
  link(entry: Link): Promise<void>
  /**
   * The sessions added under `link`, oldest first. Optional: with it, sessions whose process stopped while it ended them
   * are found again by the next one.
   */
  readLinked?(link: Pick<Link, 'link'> & At): Promise<readonly SessionKey[]>
  /** Removes the sessions added under `link`, and resolves with them, oldest first. */
  takeLinked(link: Pick<Link, 'link'> & At): Promise<readonly SessionKey[]>
}
