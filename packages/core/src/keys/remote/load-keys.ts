import type { Fetch } from './fetch.js'
import { FetchFailure, fetchJson } from './fetch-json.js'
import { type FreshnessBounds, freshSeconds } from './freshness.js'
import { type PublishedKeys, readPublishedKeys } from './published-keys.js'

/** What a load is told. */
export interface LoadOptions {
  readonly url: URL
  readonly fetch: Fetch
  /** Seconds for all of it, retries and pauses included. */
  readonly timeout: number
  readonly maxBytes: number
  readonly bounds: FreshnessBounds
  /** How often a failure that may pass is tried again at once. */
  readonly retries: number
}

/** Published keys with how long they are fresh. */
export interface LoadedKeys extends PublishedKeys {
  /** Seconds. */
  readonly freshFor: number
}

const firstPauseMilliseconds = 100

const mayPass = ({ reason, status = 0 }: FetchFailure): boolean =>
  reason === 'network' || (reason === 'status' && (status >= 500 || status === 429))

/** Loads a key set from its address. @throws {FetchFailure} and nothing else. */
export async function loadKeys(options: LoadOptions): Promise<LoadedKeys> {
  const deadline = performance.now() + options.timeout * 1000
  for (let attempt = 0; ; attempt++) {
    try {
      return await loadOnce(options, (deadline - performance.now()) / 1000)
    } catch (error) {
      if (!(error instanceof FetchFailure)) throw error
      const pause = firstPauseMilliseconds * 2 ** attempt * (0.5 + Math.random())
      if (attempt >= options.retries || !mayPass(error) || performance.now() + pause >= deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

async function loadOnce({ url, fetch, maxBytes, bounds }: LoadOptions, timeout: number): Promise<LoadedKeys> {
  const { document, headers } = await fetchJson(url, { fetch, timeout, maxBytes })
  const published = await readPublishedKeys(document)
  if (published === undefined) throw new FetchFailure('malformed')
  // More likely a fault than the wish that every token be refused, and then it must not harm the last good set.
  if (published.candidates.length === 0) throw new FetchFailure('no-usable-key')
  return { ...published, freshFor: freshSeconds(headers, bounds) }
}
