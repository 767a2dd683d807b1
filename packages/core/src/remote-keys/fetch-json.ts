import { engine } from '#crypto'
import { type JsonObject, parseJsonObject } from '../compact/json.js'
import { withinTime } from '../time.js'

/** The runtime's own AbortSignal type, where it declares one. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : unknown

/** What is asked of a fetch. */
export interface FetchInit {
  readonly method: 'GET'
  readonly headers: Record<string, string>
  readonly redirect: 'manual'
  readonly signal: Signal
}

/** What is read of an answer. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: FetchBody | null
}

/** A stream of octets. */
interface FetchBody {
  getReader(): FetchBodyReader
}

/** Takes a stream in pieces, and can leave off. */
interface FetchBodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

/** The part of the Fetch standard's `fetch` that is used; `globalThis.fetch` is one. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

/** Reads the option `fetch`. @throws {TypeError} */
export function fetchOption(option: Fetch | undefined): Fetch {
  if (option !== undefined && typeof option !== 'function') {
    throw new TypeError('fetch: must be a function like globalThis.fetch')
  }
  // Looked up at each call: tools that record or trace requests put their own in its place later.
  return option ?? ((url, init) => globalThis.fetch(url, init))
}

/** Why an address gave nothing that can be used. */
export type FetchFailureReason =
  | 'network'
  | 'timeout'
  | 'redirect'
  | 'status'
  | 'media-type'
  | 'too-large'
  | 'malformed'
  | 'no-usable-key'

/** Why a document could not be had. Foreign errors are not attached: their texts quote addresses and bodies. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
  readonly reason: FetchFailureReason
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined

  constructor(reason: FetchFailureReason, status?: number) {
    super(reason)
    this.reason = reason
    this.status = status
  }
}

/** How much patience and memory one document may cost. */
export interface FetchLimits {
  readonly fetch: Fetch
  /** Seconds, from the request to the last octet. */
  readonly timeout: number
  readonly maxBytes: number
}

/** A document with the headers it came with. */
interface FetchedJson {
  readonly document: JsonObject
  readonly headers: FetchResponse['headers']
}

/**
 * Gets a JSON object. Follows no redirect, stops reading at the limits, and takes nothing but a complete
 * 200 of a JSON media type.
 *
 * @throws {FetchFailure} and nothing else.
 */
export async function fetchJson(url: URL, limits: FetchLimits): Promise<FetchedJson> {
  try {
    return await withinTime(
      limits.timeout,
      () => new FetchFailure('timeout'),
      (signal) => get(url, limits, signal),
    )
  } catch (error) {
    throw error instanceof FetchFailure ? error : new FetchFailure('network')
  }
}

async function get(url: URL, { fetch, maxBytes }: FetchLimits, signal: AbortSignal): Promise<FetchedJson> {
  const response = await fetch(url.href, {
    method: 'GET',
    headers: { accept: 'application/jwk-set+json, application/json' },
    // Not 'error', which workerd does not know.
    redirect: 'manual',
    signal,
  })
  checkResponse(response)
  const document = parseJsonObject(engine.decodeUtf8(await readBody(response, maxBytes)))
  if (document === undefined) throw new FetchFailure('malformed', response.status)
  return { document, headers: response.headers }
}

function checkResponse({ status, headers }: FetchResponse): void {
  // A browser hides the status of a redirect that it does not follow.
  if (status === 0 || (status >= 300 && status < 400)) throw new FetchFailure('redirect', status)
  if (status !== 200) throw new FetchFailure('status', status)
  const [mediaType = ''] = (headers.get('content-type') ?? '').split(';', 1)
  if (!/^application\/(?:[\w.-]+\+)?json$/i.test(mediaType.trim()))
    throw new FetchFailure('media-type', status)
}

async function readBody({ body, status }: FetchResponse, maxBytes: number): Promise<Uint8Array> {
  if (body === null) throw new FetchFailure('malformed', status)
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return join(chunks, size)
    if (value === undefined) continue
    // Counted as it arrives, decompressed: Content-Length may be absent or a lie.
    size += value.length
    if (size > maxBytes) {
      reader.cancel().catch(() => {})
      throw new FetchFailure('too-large', status)
    }
    chunks.push(value)
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const octets = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    octets.set(chunk, offset)
    offset += chunk.length
  }
  return octets
}
