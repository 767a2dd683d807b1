import {
  type Clock,
  checkMembers,
  type Duration,
  durationOption,
  entriesOption,
  type Listener,
  listenersOn,
  secondsClock,
  storeClock,
  withDefault,
} from '@sealbearer/core/internal'
import type { RevocationStore, SessionStore } from '@sealbearer/core/stores'
import type { RevocationEvent } from './revocation-event.js'
import { checkStoreOption } from './store-option.js'

/** Options of {@link createRevocations}. */
export interface RevocationsOptions {
  /** `createMemoryStore()`, or a store on a shared engine. */
  readonly store: RevocationStore
  /** The maximum lifetime of the tokens: a revocation is removed once the last token that it affects has expired. */
  readonly maxTokenLifetime: Duration
  /**
   * How tokens are handled if the store has not responded for longer than `maxLag`: `'refuse'` rejects them with 503;
   * `acceptFor` accepts those that are not revoked as far as this process knows, for this time since the last response.
   * There is no default.
   */
  readonly onStoreLost: 'refuse' | { readonly acceptFor: Duration }
  /**
   * How long the store may not respond before it counts as lost.
   *
   * @default '5s', or two seconds more than a longer `interval`
   */
  readonly maxLag?: Duration
  /** Time between two reads of the store. @default '1s', or half of a `maxLag` below two seconds */
  readonly interval?: Duration
  /**
   * Maximum number of revocations in memory. Beyond it, they are replaced by one that rejects every token issued so far.
   *
   * @default 100_000
   */
  readonly maxEntries?: number
  /**
   * Called with revocations, and when the store is lost or responds again. Errors that it throws are ignored.
   *
   * @default nothing is called
   */
  readonly onEvent?: (event: RevocationEvent) => void
  /** Where time comes from; replace it in tests. @default the system clock */
  readonly now?: Clock
}

/** The options after validation. Durations are in seconds. */
export interface RevocationsPolicy {
  readonly store: RevocationStore & Partial<SessionStore>
  readonly maxTokenLifetime: number
  readonly maxEntries: number
  readonly interval: number
  /** Time limit of one read, so that a store that does not respond counts as lost after `maxLag`. */
  readonly timeLimit: number
  readonly loss: Loss
  readonly emit: Listener<RevocationEvent>
  readonly now: () => number
  /** A clock that nobody sets; the injected one in tests. */
  readonly elapsed: () => number
  /** For the store, in milliseconds; `undefined` if its own clock is used. */
  readonly storeNow: () => number | undefined
}

/** What happens while the store is lost. */
interface Loss {
  /** The largest lag that is accepted. */
  readonly seconds: number
  /** Whether tokens are accepted before anything has been loaded. */
  readonly isAccepted: boolean
}

/** Bounds of the time limit in seconds: a store that is only slow must not count as lost. */
const [minTimeLimit, maxTimeLimit] = [0.5, 2]

const optionNames = [
  'store',
  'maxTokenLifetime',
  'onStoreLost',
  'maxLag',
  'interval',
  'maxEntries',
  'onEvent',
  'now',
] as const satisfies readonly (keyof RevocationsOptions)[]

/** @throws {TypeError} that names the option and the way out. */
export function revocationsPolicy(options: RevocationsOptions): RevocationsPolicy {
  checkMembers('createRevocations', options, optionNames)
  const { store } = options
  checkStoreOption('revocation', store, ['append', 'snapshot', 'subscribe'])
  if (options.maxTokenLifetime === undefined) {
    throw new TypeError("maxTokenLifetime: required, the maxLifetime of the issuer, such as '15m'")
  }
  const { maxLag, interval } = timesOf(options)
  const now = secondsClock(options.now)
  return {
    store,
    maxTokenLifetime: durationOption('maxTokenLifetime', options.maxTokenLifetime),
    maxEntries: entriesOption('maxEntries', withDefault(options.maxEntries, 100_000)),
    interval,
    timeLimit: Math.min(maxTimeLimit, Math.max(minTimeLimit, maxLag - interval)),
    loss: lossOption(options.onStoreLost, maxLag),
    emit: listenersOn<RevocationEvent>('sealbearer:revocation', 'onEvent', options.onEvent).emit,
    now,
    elapsed: options.now === undefined ? () => performance.now() / 1000 : now,
    storeNow: storeClock(options.now),
  }
}

function lossOption(onStoreLost: RevocationsOptions['onStoreLost'], maxLag: number): Loss {
  if (onStoreLost === 'refuse') return { seconds: maxLag, isAccepted: false }
  if (typeof onStoreLost !== 'object' || onStoreLost === null) {
    throw new TypeError(
      "onStoreLost: required: 'refuse' answers 503 while the store is lost, { acceptFor: '5m' } goes on with what is known",
    )
  }
  checkMembers('onStoreLost', onStoreLost, ['acceptFor'])
  if (onStoreLost.acceptFor === undefined)
    throw new TypeError("onStoreLost.acceptFor: required, such as '5m'")
  const acceptFor = durationOption('onStoreLost.acceptFor', onStoreLost.acceptFor)
  if (acceptFor < maxLag) {
    throw new TypeError('onStoreLost.acceptFor: is shorter than maxLag; raise it, or lower maxLag')
  }
  return { seconds: acceptFor, isAccepted: true }
}

function timesOf(options: RevocationsOptions): { readonly maxLag: number; readonly interval: number } {
  const given = options.maxLag === undefined ? undefined : durationOption('maxLag', options.maxLag)
  const interval = durationOption('interval', withDefault(options.interval, Math.min(1, (given ?? 2) / 2)))
  if (interval < 0.01 || interval > 60)
    throw new TypeError("interval: must be from 0.01 to 60 seconds, such as '1s'")
  const maxLag = given ?? Math.max(5, interval + maxTimeLimit)
  if (maxLag < interval) {
    throw new TypeError(
      'maxLag: is shorter than interval, so that the store would be lost between two reads; raise it, or lower interval',
    )
  }
  return { maxLag, interval }
}
