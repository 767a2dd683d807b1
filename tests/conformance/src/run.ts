import type { AcceptedCase, ConformanceCase } from './conformance-case.js'
import { isRefused } from './conformance-case.js'
import { gapOf, type Refusal } from './gaps.js'
import { expectedGrant } from './grant.js'
import { leakIn } from './leaks.js'
import { host } from './parties.js'
import { codeHeader, type Target, type WireRequest, type WireResponse } from './target.js'
import type { Tokens } from './tokens.js'

/** Headers that belong to the connection or to the server, not to the answer. */
const transport = new Set([
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  codeHeader,
])

/** Returns whether requests of this case can reach a target. */
export const reaches = ({ connection = 'any' }: ConformanceCase, target: Target): boolean =>
  connection === 'any' || target.connections.includes(connection)

/** Writes the request of a case. */
export async function requestOf(row: ConformanceCase, target: Target, tokens: Tokens): Promise<WireRequest> {
  const { policy, requirement = 'none', connection = 'any', method = 'GET', query, body } = row
  const [usual = 'loopback'] = target.connections
  const headers = await row.headers(tokens)
  const named = headers.some(([name]) => name.toLowerCase() === 'host')
  return {
    connection: connection === 'any' ? usual : connection,
    method,
    target: `/${policy}/${requirement}${query === undefined ? '' : `?${query}`}`,
    headers: named ? headers : [['Host', host], ...headers],
    body,
  }
}

/** Sends a case to a target. @returns How the answer differs from the table; empty where it does not. */
export async function runCase(
  row: ConformanceCase,
  target: Target,
  tokens: Tokens,
): Promise<readonly string[]> {
  const request = await requestOf(row, target, tokens)
  return differencesOf(row, request, await target.send(request), target)
}

/** How an answer differs from the table; empty where it does not. */
export function differencesOf(
  row: ConformanceCase,
  request: WireRequest,
  response: WireResponse,
  target: Pick<Target, 'gaps' | 'tellsCode'>,
): readonly string[] {
  const instead = gapOf(row, target.gaps)
  if (isRefused(row)) return differencesOfRefusal({ ...row, ...instead }, request, response, target)
  if (isRefusal(instead)) return differencesOfRefusal(instead, request, response, target)
  return differencesOfGrant(row, request, response)
}

const isRefusal = (instead: Partial<Refusal> | undefined): instead is Refusal =>
  instead?.answer !== undefined && instead.code !== undefined

function differencesOfGrant(
  row: AcceptedCase,
  { method }: WireRequest,
  { status, body }: WireResponse,
): readonly string[] {
  const expected = method === 'HEAD' ? '' : JSON.stringify(expectedGrant(row))
  return compare({ status: [status, 200], body: [body, expected] })
}

function differencesOfRefusal(
  { answer, code }: Refusal,
  request: WireRequest,
  response: WireResponse,
  { tellsCode }: Pick<Target, 'tellsCode'>,
): readonly string[] {
  const { status, challenge, retryAfter, body, nonce } = answer
  return compare({
    status: [response.status, status],
    headers: [
      comparableHeaders(response).join('\n'),
      [
        'cache-control: no-store',
        'content-type: application/json; charset=utf-8',
        ...(nonce === undefined ? [] : [`dpop-nonce: ${nonce}`]),
        ...(retryAfter === null ? [] : [`retry-after: ${retryAfter}`]),
        ...(challenge === null ? [] : [`www-authenticate: ${challenge}`]),
      ].join('\n'),
    ],
    body: [response.body, request.method === 'HEAD' ? '' : body],
    code: [response.headers.find(([name]) => name === codeHeader)?.[1], tellsCode ? code : undefined],
    leak: [leakIn(request, response), undefined],
  })
}

/** The headers of an answer, but for those of the connection, in the order of their names. */
export const comparableHeaders = ({ headers }: WireResponse): readonly string[] =>
  headers
    .filter(([name]) => !transport.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort()

function compare(
  pairs: Readonly<Record<string, readonly [actual: unknown, expected: unknown]>>,
): readonly string[] {
  return Object.entries(pairs).flatMap(([name, [actual, expected]]) =>
    actual === expected
      ? []
      : [`${name}: got ${JSON.stringify(actual)}, the table says ${JSON.stringify(expected)}`],
  )
}
