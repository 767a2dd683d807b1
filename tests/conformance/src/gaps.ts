import { answers } from './answers.js'
import type { ConformanceCase, RefusedCase } from './conformance-case.js'

/** What a target answers instead of what the table says, and why it cannot do otherwise. No adapter has any on Node. */
export interface Gap {
  readonly titles: readonly string[]
  readonly reason: string
  /** Both, where the row says that it is accepted. */
  readonly instead: Partial<Refusal>
}

/** The answer to a refused request. */
export type Refusal = Pick<RefusedCase, 'answer' | 'code'>

/** Of targets that get a Web-standard `Request`. All of it is refused all the same. */
export const joinedHeaderGaps: readonly Gap[] = [
  {
    titles: [
      'repeated credentials: the same credentials twice',
      'repeated credentials: twice in another spelling',
      'repeated credentials: the good token, then garbage',
      'repeated credentials: garbage, then the good token',
      'repeated credentials: the good token, then an empty value',
      'a header of another name, twice',
    ],
    reason: '`Headers` joins two values with a comma, which is one malformed value',
    instead: { answer: answers.invalidRequest, code: 'SB_CREDENTIALS_MALFORMED' },
  },
  {
    titles: ['dpop: two proofs', 'dpop: the same proof twice'],
    reason: '`Headers` joins two values with a comma, which is one malformed proof',
    instead: { code: 'SB_PROOF_INVALID' },
  },
  {
    titles: ['repeated credentials: Basic, then Bearer'],
    reason: '`Headers` joins two values with a comma, which is one value of the first scheme',
    instead: { answer: answers.missing, code: 'SB_CREDENTIALS_MISSING' },
  },
]

const joinsCookiesWithComma =
  new Headers([
    ['Cookie', 'a=1'],
    ['Cookie', 'b=2'],
  ]).get('cookie') === 'a=1, b=2'

/** Of targets that get a `Request` made in the same process. Servers join cookies with a semicolon (RFC 9113 §8.2.3). */
export const joinedCookieGaps: readonly Gap[] = joinsCookiesWithComma
  ? [
      {
        titles: [
          'repeated cookie credentials: in two headers',
          'repeated cookie credentials: in two headers of different case',
        ],
        reason:
          '`Headers` of Deno and workerd joins cookies with a comma, which makes one longer value of two',
        instead: { answer: answers.invalidToken, code: 'SB_INTEGRITY_FAILED' },
      },
      {
        titles: ['the cookie in the second of two headers'],
        reason: '`Headers` of Deno and workerd joins cookies with a comma, behind which no name begins',
        instead: { answer: answers.missing, code: 'SB_CREDENTIALS_MISSING' },
      },
    ]
  : []

/** What a target with these gaps answers to a case in place of what its row says. */
export const gapOf = ({ title }: ConformanceCase, gaps: readonly Gap[]): Gap['instead'] | undefined =>
  gaps.find(({ titles }) => titles.includes(title))?.instead

/** Only Node shows a header as often as it was sent. */
export const servedGaps: readonly Gap[] = 'Bun' in globalThis || 'Deno' in globalThis ? joinedHeaderGaps : []
