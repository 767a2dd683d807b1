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
export interface FetchBody {
  getReader(): FetchBodyReader
}

/** Takes a stream in pieces, and can leave off. */
export interface FetchBodyReader {
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
