import { equal, ok } from 'node:assert/strict'
import { engine as node } from '#core/crypto/node.js'
import { engine as web } from '#core/crypto/web.js'
import type { Target } from './target.js'

/** Both decoders take exactly what encoding gives again, and read the same in it. */
export const base64urlTarget: Target = (input) => {
  const bytes = Buffer.from(input, 'base64url')
  const isCanonical = bytes.toString('base64url') === input
  const text = isCanonical && Buffer.from(bytes.toString()).equals(bytes) ? bytes.toString() : undefined
  for (const { decodeBase64url, decodeBase64urlText, decodeUtf8, encodeBase64url } of [node, web]) {
    const decoded = decodeBase64url(input)
    equal(decoded !== undefined, isCanonical)
    ok(decoded === undefined || bytes.equals(decoded))
    equal(decodeBase64urlText(input), text)
    if (decoded === undefined) continue
    equal(encodeBase64url(decoded), input)
    equal(decodeUtf8(decoded), text)
  }
  return `${isCanonical} ${text !== undefined} ${input.length % 4}`
}
