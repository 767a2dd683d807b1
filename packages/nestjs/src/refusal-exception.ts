import { HttpException } from '@nestjs/common'
import type { HeaderFields, Refused } from '@sealbearer/core/adapter'

/** The members used of a response of Express or Fastify. */
export interface PlatformResponse {
  header(name: string, value: string | readonly string[]): unknown
  /** Only in Express, whose `header` replaces existing values. */
  append?(name: string, value: readonly string[]): unknown
}

/** Writes headers. A list of values is added to those on the response. */
export function setHeaders(response: PlatformResponse, headers: HeaderFields): void {
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' || response.append === undefined) response.header(name, value)
    else response.append(name, value)
  }
}

/** Writes the headers of a rejection, and creates its exception. */
export function refusalException(
  { status, headers, body }: Pick<Refused, 'status' | 'headers' | 'body'>,
  cause: Error,
  response: PlatformResponse,
): HttpException {
  setHeaders(response, headers)
  return new HttpException(body, status, { cause })
}
