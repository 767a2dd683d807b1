import type { Buffer } from 'node:buffer'

/** Members of an `epk`, whose types and lengths have been checked. */
export interface EphemeralKey {
  readonly crv?: unknown
  readonly x?: unknown
  readonly y?: unknown
}

/** The two sides of a key agreement with an ephemeral key (RFC 7518 §4.6). */
export interface Agreement {
  /** Makes an ephemeral key, and agrees on a secret with the recipient. */
  readonly send: (() => { readonly epk: object; readonly secret: Buffer }) | undefined
  /** Agrees with the sender of an `epk`. Throws for another curve, or a point that is not on it. */
  readonly receive: ((epk: EphemeralKey) => Buffer) | undefined
}
