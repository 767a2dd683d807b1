import { equal, ok } from 'node:assert/strict'
import { readProtectedHeader } from '#core/compact/protected-header.js'
import { decodeUnverified } from '#core/jwt/decode.js'
import { segment } from '#core-test-kit/hand-made.js'
import { codeOf, type Target } from './target.js'

/** The check of protected headers ends with a header or a code. */
export const headerTarget: Target = (input) => {
  const outcome = codeOf(() => {
    const header = readProtectedHeader(segment(input))
    equal(typeof header.alg, 'string')
    for (const name of ['crit', 'zip', 'b64']) ok(!Object.hasOwn(header, name))
    ok(Object.isFrozen(header))
  })
  decodeUnverified(`${segment(input)}.e30.`)
  return outcome
}
