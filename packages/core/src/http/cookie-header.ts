import type { CredentialsFound } from './credentials.js'
import type { AuthRequest } from './request.js'

/** RFC 6265 §4.1.1: a cookie's name is a `token` of RFC 9110 §5.6.2. */
const cookieName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export const isCookieName = (name: unknown): name is string =>
  typeof name === 'string' && cookieName.test(name)

const isSpaceOrTab = (code: number): boolean => code === 0x20 || code === 0x09

/**
 * Takes away the space around a name or a value: what RFC 6265 §5.2 calls WSP, and nothing else. A name
 * behind other white space is another name to a browser, which lets any sibling domain set it, whatever
 * prefix follows.
 */
function withoutSpace(text: string, start: number, end: number): string {
  let [first, behind] = [start, end]
  while (first < behind && isSpaceOrTab(text.charCodeAt(first))) first++
  while (first < behind && isSpaceOrTab(text.charCodeAt(behind - 1))) behind--
  return text.slice(first, behind)
}

/**
 * Reads one cookie out of every Cookie header; HTTP/2 may split it into several (RFC 9113 §8.2.3).
 *
 * A browser sends two of one name when another path or a sibling domain has set one too, and which of them
 * is ours can't be told. An empty value is what is left of a cleared cookie.
 */
export function readCookie(request: AuthRequest, name: string): CredentialsFound {
  let token: string | undefined
  for (const value of request.header('cookie')) {
    for (const pair of value.split(';')) {
      const equals = pair.indexOf('=')
      if (equals === -1 || withoutSpace(pair, 0, equals) !== name) continue
      if (token !== undefined) return 'SB_CREDENTIALS_REPEATED'
      token = withoutSpace(pair, equals + 1, pair.length)
    }
  }
  return token === undefined || token === '' ? undefined : { scheme: 'Bearer', token, source: 'cookie' }
}
