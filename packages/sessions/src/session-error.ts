import { errorTable, type FailureResponse, type RefusalCode, SealbearerError } from '@sealbearer/core'
import { errorDescriptions, retryAfterSeconds } from '@sealbearer/core/internal'

const unavailable = 'Sessions are unavailable at the moment'

/** The response for a code, which must not be cached. */
export function failureFor(code: RefusalCode): FailureResponse {
  const row = errorTable[code]
  const headers = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json; charset=utf-8' }
  if (row.status === 503) {
    const body = { error_description: unavailable }
    return { status: 503, headers: { 'Retry-After': String(retryAfterSeconds), ...headers }, body }
  }
  const error = 'wire' in row ? row.wire : 'invalid_request'
  return { status: row.status, headers, body: { error, error_description: errorDescriptions[error] } }
}

/** Creates an error with its response, for frameworks that respond to errors of handlers. */
export const sessionError = (code: RefusalCode, parameter?: string): SealbearerError =>
  new SealbearerError(code, parameter, failureFor(code))
