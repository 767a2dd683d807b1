import { doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { bearer, credentialsReader, isMalformed } from '#core/http/credentials.js'
import { requestWith } from './request-with.js'
import type { Target } from './target.js'

const { read } = credentialsReader([bearer()])

/** The reader of Authorization finds a token, nothing, or what is malformed. */
export const authorizationTarget: Target = (input) => {
  const found = read(requestWith('authorization', input))
  if (found !== undefined && 'token' in found) {
    if (isMalformed(found)) doesNotMatch(found.token, /^[\w\-.~+/]+=*$/)
    else match(found.token, /^[\w\-.~+/]+=*$/)
    ok(input.toLowerCase().startsWith('bearer '))
    ok(input.endsWith(` ${found.token}`))
  }
  const twice = read(requestWith('authorization', input, input))
  equal(twice !== undefined && 'code' in twice && twice.code, 'SB_CREDENTIALS_REPEATED')
  if (found === undefined) return 'none'
  if ('code' in found) return found.code
  return isMalformed(found) ? 'malformed' : 'found'
}
