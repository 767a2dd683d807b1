import { answers } from '../answers.js'
import type { ConformanceCase, HeaderList, RefusedCase, RequestShape } from '../conformance-case.js'
import { around, bare, bearerOf } from '../request-headers.js'

const good = bearerOf()

/** Headers that hold no bearer credentials at all. */
const absent: readonly (readonly [title: string, headers: RequestShape['headers']])[] = [
  ['no header at all', bare()],
  ['Basic credentials', bare(['Authorization', 'Basic dXNlcjpzZWNyZXQtcGFzc3dvcmQ='])],
  [
    'Digest credentials',
    bare(['Authorization', 'Digest username="ada", realm="orders", nonce="c2VydmVyLW5vbmNl"']),
  ],
  ['a DPoP token', around((token) => [['Authorization', `DPoP ${token}`]])],
  ['a scheme that begins with Bearer', around((token) => [['Authorization', `Bearerx ${token}`]])],
  [
    'Basic credentials with Bearer behind a comma',
    around((token) => [['Authorization', `Basic YTpi, Bearer ${token}`]]),
  ],
  ['the token without a scheme', around((token) => [['Authorization', token]])],
  ['Proxy-Authorization', around((token) => [['Proxy-Authorization', `Bearer ${token}`]])],
  ['X-Access-Token', around((token) => [['X-Access-Token', token]])],
  ['a cookie that nobody reads', around((token) => [['Cookie', `__Host-access=${token}`]])],
]

/** Authorization headers that are not one scheme, spaces and one token. */
const malformed: readonly (readonly [title: string, write: (token: string) => string])[] = [
  ['the scheme alone', () => 'Bearer'],
  ['an empty value', () => ''],
  ['two tokens', (token) => `Bearer ${token} ${token}`],
  ['two tokens and a comma', (token) => `Bearer ${token},${token}`],
  ['two credentials in one header', (token) => `Bearer ${token}, Bearer ${token}`],
  ['a tab behind the scheme', (token) => `Bearer\t${token}`],
  ['a no-break space behind the scheme', (token) => `Bearer\u00a0${token}`],
  ['a comma behind the scheme', (token) => `Bearer,${token}`],
  ['a parameter in front of the token', (token) => `Bearer realm="orders", ${token}`],
  ['the scheme twice', (token) => `Bearer Bearer ${token}`],
  ['a colon behind the scheme', (token) => `Bearer: ${token}`],
  ['an equals sign behind the scheme', (token) => `Bearer=${token}`],
  ['a quoted token', (token) => `Bearer "${token}"`],
  ['a quoted scheme', (token) => `"Bearer" ${token}`],
  ['padding in front of the token', (token) => `Bearer =${token}`],
  ['the token as a parameter', (token) => `Bearer token="${token}"`],
  ['a character outside b64token', (token) => `Bearer ${token}%20`],
  ['a byte above ASCII', (token) => `Bearer ${token}\u00e9`],
]

/** Sent as two header lines, of which Node's `headers` would show the first. */
const repeated: readonly (readonly [title: string, write: (token: string) => HeaderList])[] = [
  [
    'the same credentials twice',
    (token) => [
      ['Authorization', `Bearer ${token}`],
      ['Authorization', `Bearer ${token}`],
    ],
  ],
  [
    'twice in another spelling',
    (token) => [
      ['authorization', `Bearer ${token}`],
      ['AUTHORIZATION', `bearer ${token}`],
    ],
  ],
  [
    'the good token, then garbage',
    (token) => [
      ['Authorization', `Bearer ${token}`],
      ['Authorization', 'Bearer x'],
    ],
  ],
  [
    'garbage, then the good token',
    (token) => [
      ['Authorization', 'Bearer x'],
      ['Authorization', `Bearer ${token}`],
    ],
  ],
  [
    'Basic, then Bearer',
    (token) => [
      ['Authorization', 'Basic YTpi'],
      ['Authorization', `Bearer ${token}`],
    ],
  ],
  [
    'the good token, then an empty value',
    (token) => [
      ['Authorization', `Bearer ${token}`],
      ['Authorization', ''],
    ],
  ],
]

/** Spellings of the Authorization header that mean the same (RFC 9110 §5.1, §11.1). */
const spellings: readonly (readonly [title: string, write: (token: string) => HeaderList])[] = [
  ['as RFC 6750 writes it', (token) => [['Authorization', `Bearer ${token}`]]],
  ['scheme in lower case', (token) => [['Authorization', `bearer ${token}`]]],
  ['scheme in upper case', (token) => [['AUTHORIZATION', `BEARER ${token}`]]],
  ['field name in mixed case', (token) => [['aUtHoRiZaTiOn', `Bearer ${token}`]]],
  ['several spaces behind the scheme', (token) => [['Authorization', `Bearer   ${token}`]]],
  ['white space around the value', (token) => [['Authorization', ` \t Bearer ${token} \t `]]],
  [
    'a strange cookie beside it',
    (token) => [
      ['Authorization', `Bearer ${token}`],
      ['Cookie', 'theme=dark; ;=;x'],
    ],
  ],
]

const elsewhere: readonly RefusedCase[] = [
  {
    title: 'a token in the query is not read',
    policy: 'signed',
    query: 'access_token=eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl',
    headers: bare(),
    answer: answers.missing,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: good },
  },
  {
    title: 'a token in a form body is not read',
    policy: 'signed',
    method: 'POST',
    body: 'access_token=eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl',
    headers: bare(['Content-Type', 'application/x-www-form-urlencoded']),
    answer: answers.missing,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: bearerOf(undefined, ['Content-Type', 'text/plain']) },
  },
  {
    title: 'a realm is left out where none is given',
    policy: 'noRealm',
    headers: bare(),
    answer: answers.missingWithoutRealm,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: good },
  },
  {
    title: 'a bad token without a realm',
    policy: 'noRealm',
    headers: bearerOf(() => 'a.b.c'),
    answer: answers.invalidTokenWithoutRealm,
    code: 'SB_HEADER_INVALID',
    twin: { headers: good },
  },
  {
    title: 'a realm is quoted',
    policy: 'quotedRealm',
    headers: bare(),
    answer: answers.missingQuotedRealm,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: good },
  },
  ...['HEAD', 'OPTIONS', 'DELETE', 'PROPFIND'].map(
    (method): RefusedCase => ({
      title: `${method} without credentials`,
      policy: 'signed',
      method,
      headers: bare(),
      answer: answers.missing,
      code: 'SB_CREDENTIALS_MISSING',
      twin: { headers: good },
    }),
  ),
]

export const credentialsCases: readonly ConformanceCase[] = [
  ...absent.map(
    ([title, headers]): RefusedCase => ({
      title: `no bearer credentials: ${title}`,
      policy: 'signed',
      headers,
      answer: answers.missing,
      code: 'SB_CREDENTIALS_MISSING',
      twin: { headers: good },
    }),
  ),
  ...malformed.map(
    ([title, write]): RefusedCase => ({
      title: `malformed credentials: ${title}`,
      policy: 'signed',
      headers: around((token) => [['Authorization', write(token)]]),
      answer: answers.invalidRequest,
      code: 'SB_CREDENTIALS_MALFORMED',
      twin: { headers: good },
    }),
  ),
  ...repeated.map(
    ([title, write]): RefusedCase => ({
      title: `repeated credentials: ${title}`,
      policy: 'signed',
      headers: around(write),
      answer: answers.repeated,
      code: 'SB_CREDENTIALS_REPEATED',
      twin: {
        headers: around((token) =>
          write(token)
            .filter(([, value]) => value.endsWith(token))
            .slice(0, 1),
        ),
      },
    }),
  ),
  ...spellings.map(
    ([title, write]): ConformanceCase => ({
      title: `good credentials: ${title}`,
      policy: 'signed',
      headers: around(write),
      grant: {},
    }),
  ),
  ...elsewhere,
]
