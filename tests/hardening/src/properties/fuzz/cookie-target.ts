import { deepEqual } from 'node:assert/strict'
import { readCookie } from '#core/http/cookie-credentials.js'
import { bearerScheme } from '#core/http/scheme.js'
import { requestWith } from './request-with.js'
import type { Target } from './target.js'

/** The reader of cookies finds one of exactly its name, or none, or two. */
export const cookieTarget: Target = (input) => {
  const values = input
    .split(';')
    .flatMap((pair) => /^[ \t]*access[ \t]*=(.*)$/s.exec(pair)?.slice(1) ?? [])
    .map((value) => value.replace(/^[ \t]+/, '').replace(/[ \t]+$/, ''))
  const [only = ''] = values
  const [scheme, place] = [bearerScheme, 'access']
  const expected = only === '' ? undefined : { scheme, token: only, source: 'cookie', place }
  deepEqual(
    readCookie(requestWith('cookie', input), place),
    values.some((value) => value !== only)
      ? { scheme, code: 'SB_CREDENTIALS_REPEATED', source: 'cookie', place }
      : expected,
  )
  return `${values.length} ${only === ''}`
}
