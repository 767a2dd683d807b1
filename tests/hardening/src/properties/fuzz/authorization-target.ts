import { equal, match, ok } from 'node:assert/strict'
import { bearer, credentialsReader } from '#core/http/credentials.js'
import { requestWith } from './request-with.js'
import type { Target } from './target.js'

const { read } = credentialsReader([bearer()])

/** The reader of Authorization finds a token, none, or says what is wrong. */
export const authorizationTarget: Target = (input) => {
  const found = read(requestWith('authorization', input))
  if (found !== undefined && 'token' in found) {
    match(found.token, /^[\w\-.~+/]+=*$/)
    ok(input.toLowerCase().startsWith('bearer '))
    ok(input.endsWith(` ${found.token}`))
  }
  const twice = read(requestWith('authorization', input, input))
  equal(twice !== undefined && 'code' in twice && twice.code, 'SB_CREDENTIALS_REPEATED')
  if (found === undefined) return 'none'
  return 'token' in found ? 'found' : found.code
}
