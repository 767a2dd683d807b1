import { engine } from '#crypto'
import { joinBytes } from '../bounded-read.js'
import { type JsonObject, parseJsonObject } from '../compact/json.js'
import type { SkippedKey } from '../keys/jwk-set.js'
import { withinTime } from '../time.js'

/** The runtime's AbortSignal type, if it declares one. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : unknown

/** The arguments of a fetch. */
export interface FetchInit {
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  /** Only for POST. */
  readonly body?: string
  readonly redirect: 'manual'
  readonly signal: Signal
}

/** The members used of a response. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: FetchBody | null
}

/** A stream of bytes. */
interface FetchBody {
  getReader(): FetchBodyReader
}

/** Reads a stream in chunks, and can cancel it. */
interface FetchBodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

/** The used part of the Fetch standard's `fetch`, such as `globalThis.fetch`. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

/** Reads the option `fetch`. @throws {TypeError} */
export function fetchOption(option: Fetch | undefined): Fetch {
  if (option !== undefined && typeof option !== 'function') {
    throw new TypeError('fetch: must be a function like globalThis.fetch')
  }
  // Looked up at each call, because tools that record or trace requests replace it later.
  return option ?? ((url, init) => globalThis.fetch(url, init))
}

/** Why a load failed. */
export type FetchFailureReason =
  | 'network'
  | 'timeout'
  | 'redirect'
  | 'status'
  | 'media-type'
  | 'too-large'
  | 'malformed'
  | 'no-usable-key'
  | 'discovery'

/** Details of a failure. */
interface FailureFacts {
  /** The HTTP status, if there was a response. */
  readonly status?: number | undefined
  /** The runtime's error code, such as ECONNREFUSED, ENOTFOUND or DEPTH_ZERO_SELF_SIGNED_CERT. */
  readonly code?: string | undefined
  /** For operators; contains no part of a body. */
  readonly detail?: string | undefined
  /** The keys of a set without a usable one. */
  readonly skipped?: readonly SkippedKey[] | undefined
}

/** Why a document could not be loaded. Other errors are not attached, because their messages quote URLs and bodies. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
  readonly reason: FetchFailureReason
  readonly facts: FailureFacts

  constructor(reason: FetchFailureReason, facts: FailureFacts = {}) {
    super(reason)
    this.reason = reason
    this.facts = facts
  }

  /** The failure in a few words, for the `parameter` of an error. */
  get summary(): string {
    const { status, code, detail } = this.facts
    return [this.reason, detail ?? code ?? (this.reason === 'status' ? status : undefined)]
      .filter(Boolean)
      .join(' ')
  }
}

/** Limits for loading one document. */
export interface FetchLimits {
  readonly fetch: Fetch
  /** Seconds, from the request to the last byte. */
  readonly timeout: number
  readonly maxBytes: number
  /**
   * The media type of the response: any that is JSON, this one, or whatever it is. A trusted address may send a JWK Set
   * under any.
   *
   * @default 'json'
   */
  readonly mediaType?: 'json' | 'any' | `application/${string}`
  /** Sent as a form (`application/x-www-form-urlencoded`) with POST; without it, the document is loaded with GET. */
  readonly form?: { readonly fields: URLSearchParams; readonly headers: Readonly<Record<string, string>> }
}

/** A text with the headers it came with. */
interface FetchedText {
  readonly text: string
  readonly headers: FetchResponse['headers']
}

/** A document and the headers of its response. */
interface FetchedJson {
  readonly document: JsonObject
  readonly headers: FetchResponse['headers']
}

/** Loads a JSON object, or posts a form that is answered with one, like {@link fetchText}. @throws {FetchFailure} */
export async function fetchJson(url: URL, limits: FetchLimits): Promise<FetchedJson> {
  const { text, headers } = await fetchText(url, limits)
  // Some editors and shells write a byte order mark, which a parser may ignore (RFC 8259 §8.1).
  const document = parseJsonObject(text.startsWith('\ufeff') ? text.slice(1) : text)
  if (document === undefined) {
    throw new FetchFailure('malformed', { status: 200, detail: shownMediaType(headers) })
  }
  return { document, headers }
}

/**
 * Loads a text, or posts a form that is answered with one. Follows no redirect, stops reading at the limits, and
 * accepts nothing but a complete 200 in UTF-8.
 *
 * @throws {FetchFailure} Only this.
 */
export async function fetchText(url: URL, limits: FetchLimits): Promise<FetchedText> {
  const abort = new AbortController()
  try {
    return await withinTime(
      limits.timeout,
      () => new FetchFailure('timeout'),
      () => get(url, limits, abort.signal),
    )
  } catch (error) {
    // Cancels what is not needed any more: a partly read body, a connection.
    abort.abort()
    throw error instanceof FetchFailure ? error : new FetchFailure('network', { code: codeOf(error) })
  }
}

/** Codes of runtimes; anything longer or with other characters could quote a URL or a body. */
const codePattern = /^[A-Z][A-Za-z0-9_]{2,47}$/

/** The runtime's code: on the error, its cause, or the first of several attempts. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 3) return undefined
  if ('code' in error && typeof error.code === 'string' && codePattern.test(error.code)) return error.code
  if ('cause' in error && error.cause !== undefined) return codeOf(error.cause, depth + 1)
  return 'errors' in error && Array.isArray(error.errors) ? codeOf(error.errors[0], depth + 1) : undefined
}

const getting = {
  method: 'GET' as const,
  headers: { accept: 'application/jwk-set+json, application/json' },
}

const posting = ({ fields, headers }: NonNullable<FetchLimits['form']>, accept: string) => ({
  method: 'POST' as const,
  headers: {
    accept,
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  },
  body: fields.toString(),
})

async function get(
  url: URL,
  { fetch, maxBytes, mediaType = 'json', form }: FetchLimits,
  signal: AbortSignal,
): Promise<FetchedText> {
  const accept = mediaType.startsWith('application/') ? mediaType : 'application/json'
  const response = await fetch(url.href, {
    ...(form === undefined ? getting : posting(form, accept)),
    // Not 'error', which workerd does not support.
    redirect: 'manual',
    signal,
  })
  checkResponse(response, mediaType)
  const text = engine.decodeUtf8(await readBody(response, maxBytes))
  if (text === undefined) throw new FetchFailure('malformed', { status: response.status })
  return { text, headers: response.headers }
}

function checkResponse({ status, headers }: FetchResponse, expected: string): void {
  // Browsers hide the status of a redirect that is not followed.
  if (status === 0 || (status >= 300 && status < 400)) throw new FetchFailure('redirect', { status })
  if (status !== 200) throw new FetchFailure('status', { status })
  // Of several, only the last one's output is bounded by `maxBytes`.
  if (headers.get('content-encoding')?.includes(',')) {
    throw new FetchFailure('malformed', { status, detail: 'content-encoding' })
  }
  if (expected === 'any') return
  const mediaType = mediaTypeOf(headers)
  const isExpected =
    expected === 'json' ? /^application\/(?:[\w.-]+\+)?json$/.test(mediaType) : mediaType === expected
  if (!isExpected) throw new FetchFailure('media-type', { status, detail: shownMediaType(headers) })
}

const mediaTypeOf = (headers: FetchResponse['headers']): string =>
  (headers.get('content-type') ?? '').toLowerCase().replace(/;.*/s, '').trim()

/** The media type for operators: a page of `text/html` is a login or an error. */
function shownMediaType(headers: FetchResponse['headers']): string | undefined {
  const mediaType = mediaTypeOf(headers)
  return /^[\w.+-]{1,30}\/[\w.+-]{1,30}$/.test(mediaType) ? mediaType : undefined
}

async function readBody({ body, status }: FetchResponse, maxBytes: number): Promise<Uint8Array> {
  if (body === null) throw new FetchFailure('malformed', { status })
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return joinBytes(chunks, size)
    if (value === undefined) continue
    // Counted as received, after decompression: Content-Length may be absent or wrong.
    size += value.length
    if (size > maxBytes) {
      reader.cancel().catch(() => {})
      throw new FetchFailure('too-large', { status })
    }
    chunks.push(value)
  }
}
