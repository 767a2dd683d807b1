import type { KeyObject } from 'node:crypto'

/** The halves of an asymmetric key that are at hand. */
export interface KeyPair {
  readonly publicKey: KeyObject | undefined
  readonly privateKey: KeyObject | undefined
}
