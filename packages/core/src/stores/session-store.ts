import type { RotationPolicy, RotationResult, UseResult } from './rotation.js'
import type { SessionRecord } from './session-record.js'

/** Names one session. Both texts are opaque to a store. */
export interface SessionKey {
  /** Groups the sessions of one subject: a keyed hash of `sub`. A store may keep all of them in one place. */
  readonly subject: string
  /** Unique. */
  readonly sid: string
}

/** What every operation may be told. */
export interface At {
  /** Milliseconds since the epoch. @default the store's clock */
  readonly now?: number | undefined
}

/** What `create` writes. The store adds the times, generation 1 and `seen: false`. */
export interface NewSession
  extends SessionKey,
    At,
    Pick<SessionRecord, 'version' | 'sub' | 'secretHash' | 'confirmation' | 'content'> {
  /** Milliseconds from now until the session ends, however often it is renewed. */
  readonly lifetime: number
  /** Milliseconds without a renewal after which it ends. */
  readonly idle: number
  /** How many sessions the subject may have, this one included. */
  readonly limit: number
}

/** What `create` did. */
export interface Created {
  readonly record: SessionRecord
  /** The sessions over the limit, ended in the same step: those whose last renewal is longest ago. */
  readonly ended: readonly SessionRecord[]
}

/** A refresh token that was presented. Its MAC has been checked; what it names may be gone. */
export interface Presented extends SessionKey, At, RotationPolicy {
  readonly generation: number
  /** Hash of the secret in the token. Another one than the record's is refused like an unknown session. */
  readonly secretHash: string
  /** What the client has proven to hold, as in the record; `null` for nothing. */
  readonly confirmation: string | null
}

/** An access token that was used. */
export interface Used extends SessionKey, At {
  readonly generation: number
}

/** Ties a session to another one. */
export interface Link extends SessionKey, At {
  /** Opaque, and secret to nobody. */
  readonly link: string
  /** Milliseconds from now after which the entry may be forgotten. */
  readonly lifetime: number
  readonly limit: number
}

/**
 * Sessions on a shared engine. **Each operation is one atomic step**: two that run at once have the results of one
 * after the other. A store decides by the rule in `rotation.ts` and nothing else.
 *
 * Every operation rejects with `SB_STORE_UNAVAILABLE` when the engine does not answer, and with `SB_STORE_VERSION`
 * when a record that it touches has another `version` than 1; then it changes nothing. A session is there while
 * `now < validUntil`; later, an operation finds nothing. `checkStore` of `@sealbearer/testing` tests all of this.
 */
export interface SessionStore {
  /**
   * Writes a new session. It never replaces one: resolves with `undefined` when the `sid` is taken.
   * A `version` that this release does not know is written as it is.
   */
  create(session: NewSession): Promise<Created | undefined>
  /** Reads a session; changes nothing. */
  read(key: SessionKey & At): Promise<SessionRecord | undefined>
  /** Compares a refresh token with the record and rotates, in one step. Theft removes the record. */
  rotate(presented: Presented): Promise<RotationResult>
  /** Notes that an access token was used. One of a displaced generation removes the record. */
  markSeen(used: Used): Promise<UseResult>
  /** Removes a session. With `secretHash`, only when it is the record's. Resolves with what was removed. */
  end(key: SessionKey & At & { readonly secretHash?: string }): Promise<SessionRecord | undefined>
  /** Removes all sessions of a subject but `except`. Resolves with what was removed. */
  endAll(
    subject: Pick<SessionKey, 'subject'> & At & { readonly except?: string },
  ): Promise<readonly SessionRecord[]>
  /** The sessions of a subject, the latest renewal first. */
  list(subject: Pick<SessionKey, 'subject'> & At): Promise<readonly SessionRecord[]>
  /**
   * Adds a session to those that end with `link`, the session of an OpenID provider. It does not ask whether the
   * session is there. Of more than `limit` entries the oldest goes.
   */
  link(entry: Link): Promise<void>
  /** Removes what was added under `link`, and resolves with it, the oldest first. */
  takeLinked(link: Pick<Link, 'link'> & At): Promise<readonly SessionKey[]>
}
