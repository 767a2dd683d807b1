import { type ErrorCode, type ErrorRow, errorTable } from './error-table.js'

/** Header names and values; each of several values is sent as its own field. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>

/** The response to a failed request. */
export interface FailureResponse {
  readonly status: 400 | 401 | 403 | 503
  readonly headers: HeaderFields
  /** RFC 6750 §3.1: without credentials there is no error to name. */
  readonly body: {
    readonly error?: string
    readonly error_description: string
    /** The cause; only with `explain: true`. */
    readonly code?: ErrorCode
    readonly parameter?: string
    /** The meaning of `code`. */
    readonly rule?: string
    /** The specification of the rule, such as `RFC 7519 §4.1.3`. */
    readonly rfc?: string
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a log or a terminal
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** Escapes characters that a log or a terminal would interpret or hide: the name of a claim can be arbitrary input. */
const visibleName = (name: string): string =>
  name.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * The only error that a token or a request can cause. Match on `code`, never on `message`.
 *
 * It never quotes a token, a key or a claim value, and never carries a foreign error as `cause`, because a parser's or
 * a schema's own message can quote its input.
 *
 * An error that rejects a request has no stack: recording one takes longer than verifying most tokens, and it would
 * only show where tokens are checked. Errors with status 500 have one.
 */
export class SealbearerError extends Error {
  static {
    // On the prototype, because the first line of `stack` is written before fields exist.
    Object.defineProperty(SealbearerError.prototype, 'name', { value: 'SealbearerError' })
  }

  declare readonly name: 'SealbearerError'
  readonly code: ErrorCode
  /** HTTP status for this failure. */
  readonly status: number
  /** The same, under the name that Fastify's error handlers use. */
  readonly statusCode: number
  /**
   * The cause, if known: the name of a claim, header or option, never its value; the scopes or roles that a requirement
   * names and the token lacks; why no key matches (`SB_KEY_NOT_FOUND`); why keys or metadata could not be loaded. For
   * operators; not sent to clients.
   */
  readonly parameter: string | undefined
  /** Details for operators, such as both issuers if metadata names another one. Not sent to clients. */
  readonly detail: string | undefined
  /** The response headers, including the challenge, if a request was rejected. */
  readonly headers: FailureResponse['headers'] | undefined
  /** The response body, if a request was rejected. */
  readonly body: FailureResponse['body'] | undefined

  constructor(code: ErrorCode, parameter?: string, response?: FailureResponse, detail?: string) {
    const row: ErrorRow = errorTable[code]
    const { stackTraceLimit } = Error
    // With Reflect, because assigning to a frozen Error throws.
    if (row.status !== 500) Reflect.set(Error, 'stackTraceLimit', 0)
    try {
      const cause = parameter === undefined ? '' : ` ("${visibleName(parameter)}")`
      super(`${row.message}${cause}${detail === undefined ? '' : `: ${detail}`}`)
    } finally {
      // If the call stack is exhausted, no further call is possible, and later errors would have no stack.
      if (Error.stackTraceLimit !== stackTraceLimit) Error.stackTraceLimit = stackTraceLimit
    }
    this.code = code
    this.status = row.status
    this.statusCode = row.status
    this.parameter = parameter
    this.detail = detail
    this.headers = response?.headers
    this.body = response?.body
  }

  /**
   * The response to a rejected request as a Web `Response`, including the challenge. Hono uses it automatically.
   *
   * @throws {TypeError} for an error that did not reject a request.
   */
  getResponse(): Response {
    if (this.headers === undefined) throw new TypeError('getResponse: this error did not reject a request')
    const headers = new Headers()
    for (const [name, values] of Object.entries(this.headers)) {
      for (const value of [values].flat()) headers.append(name, value)
    }
    return new Response(JSON.stringify(this.body), { status: this.status, headers })
  }
}

/** Whether a caught value is a {@link SealbearerError}, including one of another copy of this package. */
export function isSealbearerError(error: unknown): error is SealbearerError {
  return error instanceof Error && error.name === 'SealbearerError' && 'code' in error
}
