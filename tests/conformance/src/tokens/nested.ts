import type { Keys } from '../keys.js'
import type { Change } from './claims.js'
import { addressed, sealed } from './encrypted.js'
import { type SignedChange, signed } from './signed.js'

/** How a nested token differs from the good one. */
export interface NestedChange {
  /** The signed token inside; text stands there as it is. */
  readonly inner?: SignedChange | string
  /** Merged into the encrypted token's protected header; `undefined` takes a parameter out. */
  readonly header?: Change
  readonly recipient?: 'agreement' | 'rsa' | 'attackersRsa'
}

const innerOf = async (keys: Keys, inner: NestedChange['inner']): Promise<string> =>
  typeof inner === 'string' ? inner : signed(keys, inner)

/** Signs, then encrypts (RFC 7519 §11.2). */
export async function nested(keys: Keys, change: NestedChange = {}): Promise<string> {
  const plaintext = await innerOf(keys, change.inner)
  return addressed(keys, change.recipient ?? 'agreement', {
    plaintext,
    ...(change.header && { header: change.header }),
  })
}

/** How a token in the `token` claim of an encrypted JWT differs from the good one. */
export interface CarriedChange {
  readonly inner?: SignedChange | string
  /** Merged into the outer claims, `token` included. */
  readonly outer?: Change
  readonly header?: Change
}

/** Puts a signed JWT into a claim of an encrypted one, the form some systems use. */
export async function carried(keys: Keys, change: CarriedChange = {}): Promise<string> {
  const token = await innerOf(keys, change.inner)
  return sealed(keys, {
    plaintext: JSON.stringify({ token, ...change.outer }),
    header: { typ: 'JWT', ...change.header },
  })
}
