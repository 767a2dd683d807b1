import type { Connection, HeaderList } from './conformance-case.js'
import type { Gap } from './gaps.js'

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly connection: Exclude<Connection, 'any'>
  readonly method: string
  /** Origin form: `/policy/requirement?query`. */
  readonly target: string
  /** `Host` included. */
  readonly headers: HeaderList
  readonly body: string | undefined
}

/** An answer as it came back; header names in lower case. */
export interface WireResponse {
  readonly status: number
  readonly headers: HeaderList
  readonly body: string
}

/** Something that answers requests under the policies and requirements of the table. */
export interface Target {
  readonly name: string
  /** How requests can reach it. The first is taken for rows that don't depend on it; rows of another are left out. */
  readonly connections: readonly WireRequest['connection'][]
  /** Its answers to refused requests name the error code in the header `codeHeader`. */
  readonly tellsCode: boolean
  readonly gaps: readonly Gap[]
  send(request: WireRequest): Promise<WireResponse>
}

/** Carries the error code from a test server's error handler. No adapter sends it. */
export const codeHeader = 'x-error-code'
