import type { CredentialsFound } from './credentials-found.js'
import type { AuthRequest } from './request.js'

/** RFC 6265 §4.1.1: a cookie's name is a `token` of RFC 9110 §5.6.2. */
const cookieName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export const isCookieName = (name: unknown): name is string =>
  typeof name === 'string' && cookieName.test(name)

const isSpaceOrTab = (code: number): boolean => code === 0x20 || code === 0x09

/** Reads a value up to its semicolon, without the space around it. */
function valueFrom(text: string, start: number): string {
  const semicolon = text.indexOf(';', start)
  let [first, behind] = [start, semicolon < 0 ? text.length : semicolon]
  while (first < behind && isSpaceOrTab(text.charCodeAt(first))) first++
  while (first < behind && isSpaceOrTab(text.charCodeAt(behind - 1))) behind--
  return text.slice(first, behind)
}

/**
 * Where the value begins of a cookie whose name stands there; `undefined` where that is a part of something
 * else. What RFC 6265 §5.2 calls WSP may stand around a name, and nothing else: a name behind other white space
 * is another name to a browser, which lets any sibling domain set it, whatever prefix follows.
 */
function valueStart(text: string, name: string, at: number): number | undefined {
  let before = at - 1
  while (isSpaceOrTab(text.charCodeAt(before))) before--
  if (before >= 0 && text[before] !== ';') return undefined
  let behind = at + name.length
  while (isSpaceOrTab(text.charCodeAt(behind))) behind++
  return text[behind] === '=' ? behind + 1 : undefined
}

/**
 * Reads one cookie out of every Cookie header; HTTP/2 may split it into several (RFC 9113 §8.2.3).
 *
 * A browser sends two of one name when another path or a sibling domain has set one too, and which of them
 * is ours cannot be told. An empty value is what is left of a cleared cookie.
 */
export function readCookie(request: AuthRequest, name: string): CredentialsFound {
  let token: string | undefined
  for (const text of request.header('cookie')) {
    // Goes from name to name, so that cookies which are none of ours cost next to nothing.
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
      const start = valueStart(text, name, at)
      if (start === undefined) continue
      if (token !== undefined) return 'SB_CREDENTIALS_REPEATED'
      token = valueFrom(text, start)
    }
  }
  return token === undefined || token === '' ? undefined : { scheme: 'Bearer', token, source: 'cookie' }
}
