import { listenersOn } from '../channel.js'
import { type Algorithm, algorithms, isAlgorithm } from '../crypto/algorithms.js'
import { type KeySetOptions, keySetAlgorithms } from '../keys/key-set.js'
import {
  checkMembers,
  countOption,
  durationOption,
  listenerOption,
  timeoutOption,
  withDefault,
} from '../options.js'
import type { Clock, Duration } from '../time.js'
import { type Fetch, type FetchResponse, fetchOption } from './fetch-json.js'
import { type KeySetStore, keySetStoreOption } from './key-set-store.js'
import type { RemoteKeySetEvent } from './schedule.js'
import { tiesIoToRequests, type WaitUntil } from './shared-loads.js'

/** Limits for the freshness that a provider declares. Seconds. */
interface FreshnessBounds {
  readonly minAge: number
  readonly maxAge: number
}

/** Used if a response declares nothing. */
const defaultSeconds = 600

/** How long a response is fresh: its lifetime minus `Age` (RFC 9111 §4.2), within the limits. */
export function freshSeconds(headers: FetchResponse['headers'], { minAge, maxAge }: FreshnessBounds): number {
  const age = Number(/^\d+$/.exec(headers.get('age')?.trim() ?? '')?.[0] ?? 0)
  const lifetime = controlledSeconds(headers) ?? expiresSeconds(headers)
  const stated = lifetime === undefined ? defaultSeconds : lifetime - age
  return Math.min(Math.max(stated, minAge), maxAge)
}

/** The lifetime that `Cache-Control` declares. */
function controlledSeconds(headers: FetchResponse['headers']): number | undefined {
  const directives = (headers.get('cache-control') ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim())
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0
  const ages = directives.flatMap((directive) => /^max-age="?(\d+)"?$/.exec(directive)?.[1] ?? [])
  // If values contradict each other, the shorter one is safe.
  return ages.length === 0 ? undefined : Math.min(...ages.map(Number))
}

/** The lifetime that `Expires` declares, by the clock of the server (RFC 9111 §4.2.1). */
function expiresSeconds(headers: FetchResponse['headers']): number | undefined {
  const expires = headers.get('expires')
  if (expires === null) return undefined
  const [end, start] = [secondsOfHttpDate(expires), secondsOfHttpDate(headers.get('date') ?? '')]
  // An invalid date, such as 0, is in the past (RFC 9111 §5.3).
  if (Number.isNaN(end)) return 0
  return Number.isNaN(start) ? undefined : end - start
}

/** Parses an HTTP date (RFC 9110 §5.6.7) into seconds; `NaN` for anything else, such as `0`, which `Date.parse` accepts. */
const secondsOfHttpDate = (text: string): number =>
  /^[A-Z][a-z]+,? .* (?:GMT|\d{4})$/.test(text) ? Date.parse(text) / 1000 : Number.NaN

/** Options of {@link createRemoteKeySet}. Durations are seconds or text such as `'15m'`. */
export interface RemoteKeySetOptions {
  /** Time limit of a load, from the request to the last byte. @default 5 */
  readonly timeout?: Duration | undefined
  /** Maximum size of a document in bytes. @default 262144 */
  readonly maxBytes?: number | undefined
  /** Minimum freshness, regardless of `Cache-Control` and `Expires`. @default '1m' */
  readonly minAge?: Duration | undefined
  /** Maximum freshness, regardless of `Cache-Control` and `Expires`. @default '1h' */
  readonly maxAge?: Duration | undefined
  /** Minimum time between two loads caused by unknown key IDs. @default 30 */
  readonly cooldown?: Duration | undefined
  /** How long the last good keys are used while the provider fails, since the last successful load. @default '24h' */
  readonly maxStale?: Duration | undefined
  /**
   * Sends the requests instead of `globalThis.fetch`: through a proxy, or with additional headers.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: Fetch | undefined
  /** Stores the last good keys across processes. @default each process loads its own */
  readonly store?: KeySetStore | undefined
  /** Called with loads and failures, for logs and metrics. @default nothing is called */
  readonly onEvent?: ((event: RemoteKeySetEvent) => void) | undefined
  /**
   * Whether requests may wait for a load that another request started. On Cloudflare Workers they cannot.
   *
   * @default everywhere but on Cloudflare Workers
   */
  readonly shareLoads?: boolean | undefined
  /**
   * Keeps a background load alive. On Cloudflare Workers, pass the `waitUntil` of `cloudflare:workers`; without it, one
   * request waits for each load.
   *
   * @default none
   */
  readonly waitUntil?: WaitUntil | undefined
  /**
   * The algorithm of published keys without `alg`; see `createKeySet`.
   *
   * @default the only one of its type that a policy allows
   */
  readonly algorithm?: KeySetOptions['algorithm'] | undefined
  /**
   * `false` also allows plain HTTP: inside a cluster or a mesh with a trusted network. Anyone who can change a response
   * in transit determines which tokens are accepted.
   *
   * @default true
   */
  readonly requireHttps?: boolean | undefined
  /** Where time comes from; replace it in tests. @default the system clock */
  readonly now?: Clock | undefined
}

/** The validated options, in seconds. */
export interface CheckedRemoteOptions {
  readonly timeout: number
  readonly maxBytes: number
  readonly bounds: FreshnessBounds
  readonly cooldown: number
  readonly maxStale: number
  readonly fetch: Fetch
  readonly store: KeySetStore | undefined
  readonly emit: (event: RemoteKeySetEvent) => void
  readonly shareLoads: boolean
  readonly waitUntil: WaitUntil | undefined
  readonly algorithms: readonly Algorithm[]
  readonly requireHttps: boolean
}

const optionNames = [
  'timeout',
  'maxBytes',
  'minAge',
  'maxAge',
  'cooldown',
  'maxStale',
  'fetch',
  'store',
  'onEvent',
  'shareLoads',
  'waitUntil',
  'algorithm',
  'requireHttps',
  'now',
] as const satisfies readonly (keyof RemoteKeySetOptions)[]

/** @throws {TypeError} */
export function checkRemoteOptions(
  where: string,
  options: RemoteKeySetOptions,
  more: readonly string[] = [],
): CheckedRemoteOptions {
  checkMembers(where, options, [...more, ...optionNames])
  const { shareLoads = !tiesIoToRequests(), requireHttps = true, waitUntil } = options
  for (const [name, value] of Object.entries({ shareLoads, requireHttps })) {
    if (typeof value !== 'boolean') throw new TypeError(`${name}: must be true or false`)
  }
  const bounds = {
    minAge: durationOption('minAge', withDefault(options.minAge, 60)),
    maxAge: durationOption('maxAge', withDefault(options.maxAge, 3_600)),
  }
  if (bounds.minAge > bounds.maxAge)
    throw new TypeError('minAge: must not be longer than maxAge (by default 1h)')
  return {
    timeout: timeoutOption(options.timeout),
    maxBytes: countOption('maxBytes', withDefault(options.maxBytes, 262_144), 1),
    bounds,
    cooldown: durationOption('cooldown', withDefault(options.cooldown, 30)),
    maxStale: maxStaleOption(options.maxStale),
    fetch: fetchOption(options.fetch),
    store: keySetStoreOption(options.store),
    emit: listenersOn('sealbearer:keys', 'onEvent', options.onEvent).emit,
    shareLoads,
    waitUntil: waitUntil === undefined ? undefined : listenerOption('waitUntil', waitUntil, 'a promise'),
    algorithms: publishedAlgorithms(options.algorithm),
    requireHttps,
  }
}

/** Whether the keys of an algorithm are secrets, which nobody publishes. */
export const isSymmetric = (alg: string): boolean => isAlgorithm(alg) && algorithms[alg].kty.includes('oct')

/** @throws {TypeError} for an algorithm whose keys are secrets. */
function publishedAlgorithms(option: KeySetOptions['algorithm']): readonly Algorithm[] {
  const listed = keySetAlgorithms(option)
  const secret = listed.find(isSymmetric)
  if (secret === undefined) return listed
  throw new TypeError(`algorithm: ${secret} needs a shared secret, which nobody publishes; import the secret`)
}

/** Keys older than this are not used: with 0, they would be too old as soon as they are loaded. */
function maxStaleOption(maxStale: Duration = 86_400): number {
  const seconds = durationOption('maxStale', maxStale)
  if (seconds > 0) return seconds
  throw new TypeError("maxStale: must be more than 0, such as '5m'; it counts from the last load")
}
