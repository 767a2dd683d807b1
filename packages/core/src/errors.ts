import { type ErrorCode, type ErrorRow, errorTable } from './error-table.js'

/** Header names and their values; several values are sent as several fields. */
export type HeaderFields = Readonly<Record<string, string | readonly string[]>>

/** What a failed request is answered with. */
export interface FailureResponse {
  readonly status: number
  readonly headers: HeaderFields
  /** RFC 6750 §3.1: without credentials there is no error to name. */
  readonly body: {
    readonly error?: string
    readonly error_description: string
    /** The cause; only from an authenticator with `explain: true`. */
    readonly code?: ErrorCode
    readonly parameter?: string
    /** What `code` means. */
    readonly rule?: string
    /** Where the rule is written down, such as `RFC 7519 §4.1.3`. */
    readonly rfc?: string
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a log or a terminal
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** Spells out what a log or a terminal would obey or hide: the name of a claim can come from anywhere. */
const visibleName = (name: string): string =>
  name.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * The only error that a token or a request can cause. Match on `code`, never on `message`.
 *
 * It never quotes a token, a key or a claim value, and never carries a foreign error as `cause`,
 * because a parser's or a schema's own message can quote its input.
 *
 * What a request is refused with has no stack: to record one takes longer than to verify most tokens, and it would
 * only lead to where tokens are checked. The errors with status 500 have one.
 */
export class SealbearerError extends Error {
  static {
    // On the prototype, for the first line of `stack` is written before there are fields.
    Object.defineProperty(SealbearerError.prototype, 'name', { value: 'SealbearerError' })
  }

  declare readonly name: 'SealbearerError'
  readonly code: ErrorCode
  /** HTTP status for this failure. */
  readonly status: number
  /** The same, by the name that Fastify's error handlers know. */
  readonly statusCode: number
  /**
   * What is at fault, where it is known: the name of a claim, header or option, never its value; why no key fits
   * (`SB_KEY_NOT_FOUND`); why keys or metadata could not be loaded. For operators; clients are not sent it.
   */
  readonly parameter: string | undefined
  /** More about it, for operators: both names of an issuer whose metadata names another. Clients are not sent it. */
  readonly detail: string | undefined
  /** The headers of the answer, challenge included, where a request was refused. */
  readonly headers: FailureResponse['headers'] | undefined
  /** The body of the answer, where a request was refused. */
  readonly body: FailureResponse['body'] | undefined

  constructor(code: ErrorCode, parameter?: string, response?: FailureResponse, detail?: string) {
    const row: ErrorRow = errorTable[code]
    const { stackTraceLimit } = Error
    // By Reflect, because an Error that is frozen would throw otherwise.
    if (row.status !== 500) Reflect.set(Error, 'stackTraceLimit', 0)
    try {
      const cause = parameter === undefined ? '' : ` ("${visibleName(parameter)}")`
      super(`${row.message}${cause}${detail === undefined ? '' : `: ${detail}`}`)
    } finally {
      // Where the call stack is used up, there is no room for a call any more, and no error would have a stack again.
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
   * The answer of a refused request as a Web `Response`, challenge included. Hono answers with it by itself.
   *
   * @throws {TypeError} for an error that no request was refused with.
   */
  getResponse(): Response {
    if (this.headers === undefined) throw new TypeError('getResponse: no request was refused with this error')
    const headers = new Headers()
    for (const [name, values] of Object.entries(this.headers)) {
      for (const value of [values].flat()) headers.append(name, value)
    }
    return new Response(JSON.stringify(this.body), { status: this.status, headers })
  }
}

/** Tells whether something caught is a {@link SealbearerError}, even one of another copy of this package. */
export function isSealbearerError(error: unknown): error is SealbearerError {
  return error instanceof Error && error.name === 'SealbearerError' && 'code' in error
}
