import type { Buffer } from 'node:buffer'
import { chain, chainOrRecover, type MaybePromise } from '../../maybe-promise.js'
import { contentEncryptionAlgorithms } from '../algorithms.js'
import type { JweParts } from '../engine.js'
import { openEnvelope } from './content-encryption.js'
import { randomBytes } from './random.js'

/** Gives the CEK, and throws where what it travels in is not what was wrapped. */
export type Unwrap = () => MaybePromise<Buffer>

/** Unwrapping of what has no meaning, to spend the time that a failing token did not. */
export interface Decoys {
  /** Succeeds. */
  readonly good: Unwrap
  /** Fails. */
  readonly bad: Unwrap
}

/** For content whose own CEK cannot be had: a random one, by length. What it opens is refused all the same. */
const spares = new Map<number, Buffer>(
  Object.values(contentEncryptionAlgorithms).map(({ keyBytes }) => [keyBytes, randomBytes(keyBytes)]),
)

/**
 * Opens an envelope whose CEK travels wrapped. Where the unwrapping fails, or gives a CEK of another length,
 * the content is decrypted under a random one, so that the token fails by its tag, as late as one whose tag
 * is wrong (RFC 7516 §11.5). Then comes the unwrapping that the token did not have, a good or a failing one:
 * to throw takes as long as to unwrap.
 */
export function openWrapped(parts: JweParts, unwrap: Unwrap, decoys: Decoys): MaybePromise<Uint8Array> {
  const { keyBytes } = contentEncryptionAlgorithms[parts.contentEncryption]
  return chain(attempt(unwrap), (cek) => {
    const isUsable = cek?.length === keyBytes
    const plaintext = openUnder(isUsable ? cek : spares.get(keyBytes), parts)
    if (isUsable && plaintext !== undefined) return plaintext
    return chain(attempt(cek === undefined ? decoys.good : decoys.bad), () => {
      throw new Error('cannot be opened')
    })
  })
}

const attempt = (unwrap: Unwrap): MaybePromise<Buffer | undefined> =>
  chainOrRecover<Buffer, Buffer | undefined>(
    unwrap,
    (cek) => cek,
    () => undefined,
  )

/** `undefined` where the tag is wrong. */
function openUnder(cek: Buffer | undefined, parts: JweParts): Uint8Array | undefined {
  if (cek === undefined) return undefined
  try {
    return openEnvelope(parts, cek)
  } catch {
    return undefined
  }
}
