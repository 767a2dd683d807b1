import { type ErrorCode, errorTable } from '@sealbearer/core'

/** A response of `fetch`, of Fastify's `inject`, of supertest and the like. */
export interface TestResponse {
  readonly status?: number
  readonly statusCode?: number
  readonly headers: { get(name: string): string | null } | Readonly<Record<string, unknown>>
}

/** Returns the challenges of a response; names of header fields are not case-sensitive. */
function challengeOf({ headers }: TestResponse): string {
  const name = 'www-authenticate'
  if ('get' in headers && typeof headers.get === 'function') return String(headers.get(name) ?? '')
  const values = Object.entries(headers).filter(([field]) => field.toLowerCase() === name)
  return values.flatMap(([, value]) => value).join(', ')
}

/**
 * Checks that a request was rejected as for a code: with its status, and the `error` of its challenge (RFC 6750 §3). Responses
 * do not contain the code, so codes with the same status and `error` are not distinguished.
 *
 * @throws {Error} for any other response.
 * @throws {TypeError} for an unknown code.
 * @example expectRefused(await fetch(url), 'SB_CREDENTIALS_MISSING')
 */
export function expectRefused(response: TestResponse, code: ErrorCode): void {
  if (!Object.hasOwn(errorTable, code)) throw new TypeError('code: must be one of errorTable')
  const row: { readonly status: number; readonly wire?: string } = errorTable[code]
  const status = response.status ?? response.statusCode
  if (status !== row.status)
    throw new Error(`expected ${code}, status ${row.status}, but the status is ${status}`)
  const challenge = challengeOf(response)
  const errors = [...challenge.matchAll(/\berror="([^"]*)"/g)].map(([, error]) => error)
  const isChallenged = row.status === 401 || row.status === 403
  if (isChallenged && challenge === '') throw new Error(`expected ${code}, but there is no challenge`)
  if (row.wire === undefined ? errors.length > 0 : isChallenged && !errors.includes(row.wire)) {
    throw new Error(
      `expected ${code}, error ${row.wire ?? '(none)'}, but the challenge has ${errors.join(', ') || '(none)'}`,
    )
  }
}
