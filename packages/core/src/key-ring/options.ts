import { listenersOn } from '../channel.js'
import { type Algorithm, algorithms, type ContentEncryptionAlgorithm, useOf } from '../crypto/algorithms.js'
import { isSealbearerError } from '../errors.js'
import type { GenerateKeyOptions } from '../keys/generate.js'
import { isKey, type Key } from '../keys/key.js'
import { keyDescription } from '../keys/key-description.js'
import { checkMembers, durationOption, type Listener, listenerOption, withDefault } from '../options.js'
import type { Clock, Duration } from '../time.js'
import { warnOfFirstError } from '../warning.js'
import type { KeySource } from './key-source.js'
import type { RingTiming } from './plan.js'
import type { KeyRingEvent } from './ring-event.js'
import { isKeyRingStore, type KeyRingStore } from './store.js'

/** The rotating keys of one algorithm. */
export interface RingKeyOptions extends Pick<GenerateKeyOptions, 'crv' | 'modulusLength'> {
  /** The algorithm that the keys are for. */
  readonly alg: Algorithm
  /** Content encryption, required with `dir`. @default none */
  readonly enc?: ContentEncryptionAlgorithm
  /**
   * A key that is already in use, created with `extractable: true`: the first active key of a new ring. By default, the
   * first key is generated.
   *
   * @default a generated key
   */
  readonly initial?: Key
  /** Where new keys come from, for keys that never leave a KMS or HSM. @default generated in this process */
  readonly source?: KeySource
}

/** Options of {@link createKeyRing}. Processes that share a store must use the same options. */
export interface KeyRingOptions {
  /** One row for each algorithm; the name is sufficient if nothing else has to be chosen. */
  readonly keys: readonly (Algorithm | RingKeyOptions)[]
  /** How long a key is active. @default keys change only with `rotate()` */
  readonly rotateEvery?: Duration
  /** The longest lifetime of tokens under these keys: the issuer's `maxLifetime`. @default '1h' */
  readonly maxTokenLifetime?: Duration
  /** How long the published key set may be cached: its `max-age`. @default '5m' */
  readonly maxAge?: Duration
  /** Maximum clock difference, including verifiers' `clockTolerance` and slow stores. @default '1m' */
  readonly clockTolerance?: Duration
  /** Where the ring is stored. @default in the memory of this process */
  readonly store?: KeyRingStore
  /** How often the store is read again: another process's `revoke` takes effect here after that. @default '30s' */
  readonly reloadEvery?: Duration
  /**
   * How long the ring uses the last state while the store is unavailable. Until then another process's `revoke` may be
   * unknown here; after that, the response is 503 `SB_KEYS_UNAVAILABLE`. @default '1h'
   */
  readonly maxStale?: Duration
  /**
   * A name that is stored with the ring. A stored ring with another name is rejected, so that rings under the same
   * encryption key cannot be exchanged. It cannot be changed later. @default none
   */
  readonly name?: string
  /**
   * `false` fails with `SB_RING_MISSING` instead of creating a ring if the store is empty: a volume that is not mounted
   * is then an error, not a new ring. @default true
   */
  readonly create?: boolean
  /**
   * Called with background failures; the ring continues with its last state, up to `maxStale`, and retries.
   *
   * @default the first failure is printed as a warning
   */
  readonly onError?: (error: unknown) => void
  /**
   * Called with rotations and other changes of the ring, and with failures. The channel `sealbearer:keys` has the same.
   *
   * @default nothing is called
   */
  readonly onEvent?: (event: KeyRingEvent) => void
  /** Where time comes from; replace it in tests. @default the system clock */
  readonly now?: Clock
}

const optionNames = [
  'keys',
  'rotateEvery',
  'maxTokenLifetime',
  'maxAge',
  'clockTolerance',
  'store',
  'reloadEvery',
  'maxStale',
  'name',
  'create',
  'onError',
  'onEvent',
  'now',
] as const satisfies readonly (keyof KeyRingOptions)[]

const rowNames = [
  'alg',
  'enc',
  'crv',
  'modulusLength',
  'initial',
  'source',
] as const satisfies readonly (keyof RingKeyOptions)[]

/** A validated row of the option `keys`. */
export interface RingRow extends RingKeyOptions {
  readonly id: string
  readonly use: 'sig' | 'enc'
}

/** The validated options of a ring. */
export interface PinnedRingOptions {
  readonly rows: readonly RingRow[]
  readonly timing: RingTiming
  readonly maxAge: number
  readonly clockTolerance: number
  readonly trustFor: Readonly<Record<'sig' | 'enc', number>>
  readonly maxTokenLifetime: number
  readonly maxStale: number
  readonly name: string | undefined
  readonly create: boolean
  readonly store: KeyRingStore | undefined
  readonly onError: Listener<unknown>
  readonly emit: Listener<KeyRingEvent>
}

const warnOfFailure = (): Listener<unknown> =>
  warnOfFirstError('the key ring could not be updated and continues with its last state', 'SB_RING')

/** Identifies the series of keys that replace one another. */
export const seriesId = (alg: string, enc: string | undefined): string =>
  enc === undefined ? alg : `${alg} ${enc}`

/** Validates the options of a ring. @throws {TypeError} */
export function ringOptions(options: KeyRingOptions): PinnedRingOptions {
  checkMembers('createKeyRing', options, optionNames)
  const { store, name, create = true } = options
  if (store !== undefined && !isKeyRingStore(store)) throw new TypeError('store: must have load() and save()')
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw new TypeError('name: must be a non-empty string')
  if (typeof create !== 'boolean') throw new TypeError('create: must be true or false')
  const { emit } = listenersOn<KeyRingEvent>('sealbearer:keys', 'onEvent', options.onEvent)
  const reportError = listenerOption('onError', withDefault(options.onError, warnOfFailure()), 'an error')
  const onError = (error: unknown): void => {
    const { code } = isSealbearerError(error) ? error : {}
    emit({
      type: 'update-failed',
      ...(name !== undefined && { ring: name }),
      ...(code !== undefined && { code }),
    })
    reportError(error)
  }
  const maxAge = durationOption('maxAge', withDefault(options.maxAge, '5m'))
  const maxTokenLifetime = durationOption('maxTokenLifetime', withDefault(options.maxTokenLifetime, '1h'))
  const clockTolerance = durationOption('clockTolerance', withDefault(options.clockTolerance, '1m'))
  const asked = durationOption('reloadEvery', withDefault(options.reloadEvery, '30s'))
  const reloadEvery = store === undefined ? 0 : asked
  if (maxTokenLifetime <= 0) throw new TypeError("maxTokenLifetime: must be more than 0, such as '1h'")
  if (store !== undefined && reloadEvery <= 0)
    throw new TypeError("reloadEvery: must be more than 0, such as '30s'")
  const maxStale = durationOption('maxStale', withDefault(options.maxStale, Math.max(3_600, 2 * reloadEvery)))
  if (maxStale <= reloadEvery) throw new TypeError('maxStale: must be longer than reloadEvery')
  const rotateEvery = durationOption('rotateEvery', options.rotateEvery)
  const lead = maxAge + reloadEvery + clockTolerance
  if (rotateEvery !== undefined && (rotateEvery < lead || rotateEvery <= 0)) {
    throw new TypeError(
      `rotateEvery: a key is published for ${lead} s (maxAge + reloadEvery + clockTolerance) before its first use; rotate less often, or shorten these`,
    )
  }
  // A process that does not know of a rotation yet continues to sign until it reads the store again.
  const sig = maxTokenLifetime + clockTolerance + reloadEvery
  return {
    rows: rowsOption(options.keys),
    timing: { lead, rotateEvery, reloadEvery },
    maxAge,
    clockTolerance,
    maxTokenLifetime,
    maxStale,
    name,
    create,
    // Senders continue to encrypt as long as they cache the key set.
    trustFor: { sig, enc: sig + maxAge },
    store,
    onError,
    emit,
  }
}

function rowsOption(keys: unknown): readonly RingRow[] {
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError(
      "keys: must be a list of algorithms, such as ['ES256'] or [{ alg: 'ECDH-ES', crv: 'P-256' }]",
    )
  }
  const rows = keys.map(rowOption)
  const repeated = rows.find((row, index) => rows.findIndex(({ id }) => id === row.id) !== index)
  if (repeated) throw new TypeError(`keys: ${repeated.id} is listed twice; list each algorithm once`)
  return rows
}

function rowOption(key: Algorithm | RingKeyOptions): RingRow {
  const row = typeof key === 'string' ? { alg: key } : key
  checkMembers('keys', row, rowNames)
  const { alg, enc } = keyDescription(row)
  const { initial, source } = row
  const { curves = [] } = algorithms[alg]
  if (curves.length > 1 && row.crv === undefined && source === undefined) {
    throw new TypeError(`keys: ${alg} needs crv, one of ${curves.join(', ')}`)
  }
  if (initial !== undefined && (!isKey(initial) || initial.alg !== alg || initial.type === 'public')) {
    throw new TypeError(`keys: initial must be a private key or secret for ${alg}`)
  }
  if (source !== undefined && (typeof source?.create !== 'function' || typeof source.open !== 'function')) {
    throw new TypeError('keys: source must have create() and open()')
  }
  return { ...row, id: seriesId(alg, enc), use: useOf(alg) }
}
