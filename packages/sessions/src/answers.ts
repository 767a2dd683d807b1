import { isSealbearerError } from '@sealbearer/core'
import { type EndpointResponse, type HeaderFields, isRefusalCode } from '@sealbearer/core/internal'
import { failureFor } from './session-error.js'

/** An answer of an endpoint; no cache may keep it. */
export function answer(status: number, headers: HeaderFields, body?: object): EndpointResponse {
  return {
    status,
    headers: {
      'Cache-Control': 'no-store',
      ...(body !== undefined && { 'Content-Type': 'application/json; charset=utf-8' }),
      ...headers,
    },
    body: body && JSON.stringify(body),
  }
}

/** The answer for an error; one that is not of this library is a defect, and is thrown again. */
export function failure(error: unknown, more: HeaderFields = {}): EndpointResponse {
  if (!isSealbearerError(error) || !isRefusalCode(error.code)) throw error
  const { status, headers, body } = failureFor(error.code)
  return { ...answer(status, { ...headers, ...more }, body), error }
}
