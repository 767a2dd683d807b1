import type { HeaderList } from './conformance-case.js'
import { host, page } from './parties.js'
import { cookieName } from './policies.js'

/** A request to the policy `cookies`, which reads a header and a cookie. */
export interface GeneratedRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: HeaderList
}

/** Two tokens that are good, and one that is not. */
export type Tokens = Readonly<Record<'good' | 'other' | 'forged', string>>

const schemes = ['Bearer', 'bearer', 'bEARER', 'Basic', 'Bearerx', 'Bear', 'DPoP', '', 'Bearer:', '"Bearer"']
const separators = [' ', '   ', '\t', '', '\u00a0', ',', '=', ' , ']
const credentials = [
  ...['{good}', '{forged}', '', '{good} {good}', '{good},', '{good}, Bearer {good}', '"{good}"', '{good}='],
  ...['{good}==', '={good}', '{good}\u00a0', '{good};', '{good}%20', '{good}\u00e9', '{good} x=y', '{good}.'],
  ...['.{good}', 'access_token={good}'],
]

const authorizations: readonly (readonly string[])[] = [
  [],
  ...schemes.flatMap((scheme) => [
    ...separators.map((separator) => [`Authorization: ${scheme}${separator}{good}`]),
    ...credentials.map((text) => [`Authorization: ${scheme} ${text}`]),
  ]),
  ...[' ', '\t', ' \t '].map((space) => [`Authorization:${space}Bearer {good}${space}`]),
  ...['AUTHORIZATION', 'aUTHORIZATION', 'Authorization2', 'Proxy-Authorization', 'X-Authorization'].map(
    (name) => [`${name}: Bearer {good}`],
  ),
  ...['Bearer {good}', 'Bearer {forged}', 'Basic x', ''].flatMap((other) => [
    ['Authorization: Bearer {good}', `authorization: ${other}`],
    [`AUTHORIZATION: ${other}`, 'Authorization: Bearer {good}'],
  ]),
]

const cookieValues = [
  ...[
    '{good}',
    '{forged}',
    '',
    '"{good}"',
    '{good} {good}',
    '{good},',
    '{good}%2E',
    '"',
    '={good}',
    '{good}=',
  ],
  ...['Bearer {good}', '{good}\u00e9'],
]

const cookies: readonly (readonly string[])[] = [
  ...cookieValues.flatMap((value) => [
    [`Cookie: {cookie}=${value}`],
    [`Cookie: a=b;{cookie} = ${value} ;c`],
    ['Cookie: a=b', `Cookie: {cookie}=${value}`],
  ]),
  ...[
    ...[
      '{cookie}={good}; {cookie}={good}',
      '{cookie}={good}; {cookie}={other}',
      '{cookie}={good}, {cookie}={other}',
    ],
    ...[
      '{cookie}=; {cookie}={good}',
      '{cookie}={good}; {cookie}=',
      '{cookie}',
      '{cookie}={good};',
      ';;{cookie}={good}',
    ],
    ...[
      '$Version=1; {cookie}={good}',
      '{cookie}.0={good}',
      '{cookie}[]={good}',
      'x{cookie}={good}',
      '{cookie}x={good}',
    ],
    ...[
      'x={cookie}={good}',
      'x="; {cookie}={good}"',
      '%{cookie}={good}',
      '={cookie}={good}',
      '{cookie}=={good}',
    ],
    ...['\u00a0{cookie}={other}; {cookie}={good}', '{cookie}\u00a0={other}; {cookie}={good}'],
    `${cookieName.toLowerCase()}={good}`,
  ].map((text) => [`Cookie: ${text}`]),
  ['Cookie: {cookie}={good}', 'COOKIE: {cookie}={other}'],
]

/** What pages of this server, an allowed one or another one send. */
const origins: readonly (readonly string[])[] = [
  [],
  ...[
    ...[page, `${page}.`, `${page}:443`, `${page}/`, page.toUpperCase(), 'https://evil.example', 'null', ''],
    ...[`http://${host}`, `https://${host}`, `http://${host.toUpperCase()}`],
  ].map((origin) => [`Origin: ${origin}`]),
  [`Origin: ${page}`, 'Origin: https://evil.example'],
  ...['same-origin', 'none', 'same-site', 'cross-site', 'SAME-ORIGIN', ''].flatMap((site) => [
    [`Sec-Fetch-Site: ${site}`],
    [`Sec-Fetch-Site: ${site}`, `Origin: ${page}`],
  ]),
  ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
  [`Referer: ${page}/`],
]

/** Each line by itself, each cookie beside the usual headers, and each origin beside a cookie and a header. */
const rows: readonly (readonly [GeneratedRequest['method'], readonly string[]])[] = [
  ...authorizations.map((lines) => ['GET', lines] as const),
  ...[
    [],
    ['Authorization: Bearer {good}'],
    ['Authorization: Bearer {forged}'],
    ['Authorization: Basic x'],
  ].flatMap((beside) => cookies.map((lines) => ['GET', [...beside, ...lines]] as const)),
  ...['Cookie: {cookie}={good}', 'Authorization: Bearer {good}'].flatMap((line) =>
    origins.flatMap((lines) =>
      (['GET', 'POST'] as const).map((method) => [method, [...lines, line]] as const),
    ),
  ),
]

/** More than a thousand requests, hostile ones and their legitimate twins. */
export function generatedRequests(tokens: Tokens): readonly GeneratedRequest[] {
  const texts: Readonly<Record<string, string>> = { ...tokens, cookie: cookieName }
  const headerOf = (line: string): readonly [name: string, value: string] => {
    const colon = line.indexOf(':')
    const value = line.slice(colon + 1).replaceAll(/\{(\w+)\}/g, (_, name: string) => texts[name] ?? '')
    return [line.slice(0, colon), value.replace(/^ /, '')]
  }
  return rows.map(([method, lines]) => ({ method, headers: [['Host', host], ...lines.map(headerOf)] }))
}
