import { type Finding, risky, wrong } from './finding.js'
import type { Members } from './inspected-token.js'
import { canMislead } from './visible-text.js'

const isText = (value: unknown): value is string => typeof value === 'string'

/** What is wrong with claims that must be text (RFC 7519 §4.1). */
export const typeFindings = ({ iss, sub, jti, aud }: Members): readonly (Finding | false)[] => [
  ...Object.entries({ iss, sub, jti }).map(
    ([name, value]) => value !== undefined && !isText(value) && wrong(name, 'not text'),
  ),
  aud !== undefined &&
    !isText(aud) &&
    !(Array.isArray(aud) && aud.length > 0 && aud.every(isText)) &&
    wrong('aud', 'neither text nor a list of texts'),
]

/** Members of a header or of claims that can look like others. */
export const misleadingFindings = (members: Members): readonly (Finding | false)[] =>
  Object.entries(members).map(
    ([name, value]) =>
      canMislead(name + (JSON.stringify(value) ?? '')) &&
      risky(
        name,
        'has invisible characters, or some that reverse text; here they are written as \\u and a number',
        'makes one name look like another in a log or on a page',
      ),
  )
