import { answers } from '../answers.js'
import type { ConformanceCase, HeaderList, RefusedCase } from '../conformance-case.js'
import { cookieName, otherCookieName } from '../policies.js'
import { around, bare, bearerOf, cookieOf } from '../request-headers.js'

const good = cookieOf()

type Write = (token: string) => HeaderList

const absent: readonly (readonly [title: string, write: Write])[] = [
  ['another cookie', (token) => [['Cookie', `session=${token}`]]],
  ['its name in another case', (token) => [['Cookie', `__host-access=${token}`]]],
  ['its name behind other characters', (token) => [['Cookie', `x${cookieName}=${token}`]]],
  ['its name behind a no-break space', (token) => [['Cookie', `\u00a0${cookieName}=${token}`]]],
  ['its name in front of a no-break space', (token) => [['Cookie', `${cookieName}\u00a0=${token}`]]],
  ['its name in quotes', (token) => [['Cookie', `"${cookieName}"=${token}`]]],
  ['its name percent-encoded', (token) => [['Cookie', `__Host%2Daccess=${token}`]]],
  ['its name behind a comma', (token) => [['Cookie', `theme=dark, ${cookieName}=${token}`]]],
  ['its name in the value of another', (token) => [['Cookie', `theme=${cookieName}=${token}`]]],
  ['its name in the value of one without a name', (token) => [['Cookie', `=${cookieName}=${token}`]]],
  ['its name alone', () => [['Cookie', cookieName]]],
  ['an empty value', () => [['Cookie', `${cookieName}=`]]],
  ['Set-Cookie', (token) => [['Set-Cookie', `${cookieName}=${token}`]]],
]

const repeated: readonly (readonly [title: string, write: Write])[] = [
  ['twice in one header', (token) => [['Cookie', `${cookieName}=x; ${cookieName}=${token}`]]],
  [
    'in two headers',
    (token) => [
      ['Cookie', `${cookieName}=${token}`],
      ['Cookie', `${cookieName}=x`],
    ],
  ],
  [
    'in two headers of different case',
    (token) => [
      ['cookie', `${cookieName}=${token}`],
      ['COOKIE', `${cookieName}=x`],
    ],
  ],
  [
    'beside a bearer token',
    (token) => [
      ['Authorization', `Bearer ${token}`],
      ['Cookie', `${cookieName}=${token}`],
    ],
  ],
]

const bad: readonly (readonly [
  title: string,
  code: RefusedCase['code'],
  write: (token: string) => string,
])[] = [
  ['no token', 'SB_TOKEN_MALFORMED', () => 'deadbeefdeadbeef'],
  ['a quoted token', 'SB_TOKEN_MALFORMED', (token) => `"${token}"`],
  ['a percent-encoded token', 'SB_HEADER_INVALID', (token) => `%65${token.slice(1)}`],
  ['a token with its scheme', 'SB_TOKEN_MALFORMED', (token) => `Bearer ${token}`],
  ['a token behind an equals sign', 'SB_HEADER_INVALID', (token) => `=${token}`],
  ['two tokens and a comma', 'SB_FORM_MISMATCH', (token) => `${token},${token}`],
  ['a token of another form', 'SB_FORM_MISMATCH', (token) => `${token}.a.b`],
]

export const cookieCases: readonly ConformanceCase[] = [
  ...absent.map(
    ([title, write]): RefusedCase => ({
      title: `no cookie credentials: ${title}`,
      policy: 'cookies',
      headers: around(write),
      answer: answers.missing,
      code: 'SB_CREDENTIALS_MISSING',
      twin: { headers: good },
    }),
  ),
  ...repeated.map(
    ([title, write]): RefusedCase => ({
      title: `repeated cookie credentials: ${title}`,
      policy: 'cookies',
      headers: around(write),
      answer: answers.repeated,
      code: 'SB_CREDENTIALS_REPEATED',
      twin: { headers: good },
    }),
  ),
  ...bad.map(
    ([title, code, write]): RefusedCase => ({
      title: `a cookie holds ${title}`,
      policy: 'cookies',
      headers: around((token) => [['Cookie', `${cookieName}=${write(token)}`]]),
      answer: answers.invalidToken,
      code,
      twin: { headers: good },
    }),
  ),
  {
    title: 'two cookies, each with a token',
    policy: 'twoCookies',
    headers: around((token) => [['Cookie', `${cookieName}=${token}; ${otherCookieName}=${token}`]]),
    answer: answers.repeated,
    code: 'SB_CREDENTIALS_REPEATED',
    twin: { headers: around((token) => [['Cookie', `${cookieName}=; ${otherCookieName}=${token}`]]) },
  },
  {
    title: 'a bearer token where only a cookie is read',
    policy: 'cookieOnly',
    headers: bearerOf(),
    answer: answers.missing,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: good },
  },
  {
    title: 'an encrypted token of an attacker in the cookie',
    policy: 'encryptedCookie',
    headers: cookieOf((tokens) => tokens.sealed({ key: 'attackersDirect' })),
    answer: answers.invalidToken,
    code: 'SB_INTEGRITY_FAILED',
    twin: { headers: cookieOf((tokens) => tokens.sealed()) },
  },
  {
    title: 'no credentials where header and cookie are read',
    policy: 'cookies',
    headers: bare(['Cookie', 'theme=dark']),
    answer: answers.missing,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: bearerOf(undefined, ['Cookie', 'theme=dark']) },
  },
  {
    title: 'the cookie among others',
    policy: 'cookies',
    headers: around((token) => [['Cookie', `theme=dark;${cookieName}=${token} ; lang=en`]]),
    grant: {},
  },
  {
    title: 'the cookie in the second of two headers',
    policy: 'cookies',
    headers: around((token) => [
      ['Cookie', 'theme=dark'],
      ['Cookie', `${cookieName}=${token}`],
    ]),
    grant: {},
  },
  {
    title: 'a cleared cookie beside a bearer token',
    policy: 'cookies',
    headers: bearerOf(undefined, ['Cookie', `${cookieName}=`]),
    grant: {},
  },
]
