import type { Buffer } from 'node:buffer'
import { chain, chainOrRecover, type MaybePromise } from '../../maybe-promise.js'
import { contentEncryptionAlgorithms } from '../algorithms.js'
import type { JweParts } from '../engine.js'
import { decryptContent } from './content-encryption.js'
import { randomBytes } from './random.js'

/** Returns the CEK. Throws if the encrypted key is invalid. */
export type Unwrap = () => MaybePromise<Buffer>

/** Dummy unwrapping, to spend the time that a failing token skipped. */
export interface Decoys {
  /** Succeeds. */
  readonly good: Unwrap
  /** Fails. */
  readonly bad: Unwrap
}

/** A random CEK by length, for content whose own CEK is unavailable. The token is rejected in any case. */
const spares = new Map<number, Buffer>(
  Object.values(contentEncryptionAlgorithms).map(({ keyBytes }) => [keyBytes, randomBytes(keyBytes)]),
)

/**
 * Decrypts a JWE whose CEK is wrapped. If unwrapping fails, or returns a CEK of another length, the content is
 * decrypted under a random one, so that the token fails by its tag, as late as one with a wrong tag (RFC 7516
 * §11.5). Then the unwrapping that the token skipped is made up for, succeeding or failing: throwing takes as
 * long as unwrapping.
 */
export function decryptWrapped(parts: JweParts, unwrap: Unwrap, decoys: Decoys): MaybePromise<Uint8Array> {
  const { keyBytes } = contentEncryptionAlgorithms[parts.contentEncryption]
  return chain(attempt(unwrap), (cek) => {
    const isUsable = cek?.length === keyBytes
    const plaintext = decryptUnder(isUsable ? cek : spares.get(keyBytes), parts)
    if (isUsable && plaintext !== undefined) return plaintext
    return chain(attempt(cek === undefined ? decoys.good : decoys.bad), () => {
      throw new Error('decryption failed')
    })
  })
}

const attempt = (unwrap: Unwrap): MaybePromise<Buffer | undefined> =>
  chainOrRecover<Buffer, Buffer | undefined>(
    unwrap,
    (cek) => cek,
    () => undefined,
  )

/** `undefined` if the tag is wrong. */
function decryptUnder(cek: Buffer | undefined, parts: JweParts): Uint8Array | undefined {
  if (cek === undefined) return undefined
  try {
    return decryptContent(parts, cek)
  } catch {
    return undefined
  }
}
