import { answers } from './answers.js'
import type { RefusedCase } from './conformance-case.js'

/** What a target answers instead of what the table says, and why it can't do otherwise. No adapter has any on Node. */
export interface Gap {
  readonly titles: readonly string[]
  readonly reason: string
  readonly instead: Partial<Pick<RefusedCase, 'answer' | 'code'>>
}

/** Of targets that get a Web-standard `Request`. All of it is refused all the same. */
export const joinedHeaderGaps: readonly Gap[] = [
  {
    titles: [
      'repeated credentials: the same credentials twice',
      'repeated credentials: twice in another spelling',
      'repeated credentials: the good token, then garbage',
      'repeated credentials: garbage, then the good token',
      'repeated credentials: the good token, then an empty value',
    ],
    reason: '`Headers` joins two values with a comma, which is one malformed value',
    instead: { code: 'SB_CREDENTIALS_MALFORMED' },
  },
  {
    titles: ['repeated credentials: Basic, then Bearer'],
    reason: '`Headers` joins two values with a comma, which is one value of the first scheme',
    instead: { answer: answers.missing, code: 'SB_CREDENTIALS_MISSING' },
  },
]

/** A case as a target with these gaps has to answer it. */
export function withGaps(row: RefusedCase, gaps: readonly Gap[]): RefusedCase {
  return { ...row, ...gaps.find(({ titles }) => titles.includes(row.title))?.instead }
}
