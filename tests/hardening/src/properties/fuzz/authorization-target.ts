import { equal, match, ok } from 'node:assert/strict'
import { readBearer } from '#core/http/credentials.js'
import { requestWith } from './request-with.js'
import type { Target } from './target.js'

/** The reader of Authorization finds a token, none, or says what is wrong. */
export const authorizationTarget: Target = (input) => {
  const found = readBearer(requestWith('authorization', input))
  if (typeof found === 'object') {
    match(found.token, /^[\w\-.~+/]+=*$/)
    ok(input.toLowerCase().startsWith('bearer '))
    ok(input.endsWith(` ${found.token}`))
  }
  equal(readBearer(requestWith('authorization', input, input)), 'SB_CREDENTIALS_REPEATED')
  return typeof found === 'object' ? 'found' : (found ?? 'none')
}
