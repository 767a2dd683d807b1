import { FetchFailure, type FetchLimits, fetchJson } from './fetch-json.js'
import { type FreshnessBounds, freshSeconds } from './freshness.js'
import { type PublishedKeys, readPublishedKeys } from './published-keys.js'

/** Published keys with how long they are fresh. */
export interface LoadedKeys extends PublishedKeys {
  /** Seconds. */
  readonly freshFor: number
}

/** Loads a key set from its address. @throws {FetchFailure} */
export async function loadKeys(url: URL, limits: FetchLimits, bounds: FreshnessBounds): Promise<LoadedKeys> {
  const { document, headers } = await fetchJson(url, limits)
  const published = await readPublishedKeys(document)
  if (published === undefined) throw new FetchFailure('malformed', 200)
  // More likely a fault than the wish that every token be refused, and then it must not harm the last good set.
  if (published.candidates.length === 0) throw new FetchFailure('no-usable-key', 200)
  return { ...published, freshFor: freshSeconds(headers, bounds) }
}
