import { isSealbearerError } from '@sealbearer/core'
import { type EndpointResponse, type HeaderFields, isRefusalCode } from '@sealbearer/core/internal'
import { failureFor } from './session-error.js'

/** Creates a response of an endpoint, which must not be cached. */
export function createResponse(status: number, headers: HeaderFields, body?: object): EndpointResponse {
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

/** Creates the response for an error. Any error that is not of this library is a defect, and is rethrown. */
export function errorResponse(error: unknown, more: HeaderFields = {}): EndpointResponse {
  if (!isSealbearerError(error) || !isRefusalCode(error.code)) throw error
  const { status, headers, body } = failureFor(error.code)
  return { ...createResponse(status, { ...headers, ...more }, body), error }
}
