import { engine } from '#crypto'
import { parseHeaderSegment } from '../compact/protected-header.js'
import { splitJwe } from '../compact/segments.js'
import type { Algorithm } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'

const text = 'halves'
const none = new Uint8Array()
/** Supported by every runtime, regardless of other restrictions of the key. */
const contentEncryption = 'A128GCM'

async function verifiesItsOwn({ sign, verify }: KeyOperations): Promise<boolean> {
  return sign === undefined || verify === undefined || verify(text, await sign(text))
}

async function opensItsOwn({ encrypt, decrypt }: KeyOperations, alg: Algorithm): Promise<boolean> {
  if (encrypt === undefined || decrypt === undefined) return true
  const plaintext = new TextEncoder().encode(text)
  const segments = splitJwe(await encrypt(plaintext, { alg, enc: contentEncryption }))
  const bytesIn = (segment: string): Uint8Array => engine.decodeBase64url(segment) ?? none
  const opened = await decrypt({
    protectedHeader: parseHeaderSegment(segments.protectedHeader) ?? {},
    protectedSegment: segments.protectedHeader,
    contentEncryption,
    encryptedKey: bytesIn(segments.encryptedKey),
    iv: bytesIn(segments.iv),
    ciphertext: bytesIn(segments.ciphertext),
    tag: bytesIn(segments.tag),
  })
  return engine.decodeUtf8(opened) === text
}

/**
 * Detects mismatched halves of a pair at import, not at the first token. Not every runtime checks this.
 *
 * @throws {TypeError}
 */
export async function checkHalves(operations: KeyOperations, alg: Algorithm): Promise<void> {
  const refusal = new TypeError(`key: not a valid key for ${alg}; its public and private half differ`)
  try {
    if ((await verifiesItsOwn(operations)) && (await opensItsOwn(operations, alg))) return
  } catch {
    throw refusal
  }
  throw refusal
}
