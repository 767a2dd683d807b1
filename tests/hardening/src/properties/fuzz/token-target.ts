import { deepEqual, equal } from 'node:assert/strict'
import { splitJwe, splitJws } from '#core/compact/segments.js'
import { codeOf, type Target } from './target.js'

/** The compact parser takes a token apart as split does, and goes by the number of parts alone. */
export const tokenTarget: Target = (input) => {
  const parts = input.split('.')
  const jws = codeOf(() => {
    const { protectedHeader, payload, signature, signingInput } = splitJws(input)
    deepEqual([protectedHeader, payload, signature], parts)
    equal(`${signingInput}.${signature}`, input)
  })
  const jwe = codeOf(() => {
    const { protectedHeader, encryptedKey, iv, ciphertext, tag } = splitJwe(input)
    deepEqual([protectedHeader, encryptedKey, iv, ciphertext, tag], parts)
  })
  equal(jws === 'accepted', parts.length === 3)
  equal(jwe === 'accepted', parts.length === 5)
  equal(jws === 'SB_FORM_MISMATCH', parts.length === 5)
  equal(jwe === 'SB_FORM_MISMATCH', parts.length === 3)
  return `${jws} ${jwe}`
}
