import { SealbearerError } from '../errors.js'
import { adopt, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { withinTime } from '../time.js'
import { isKey, type Key } from './key.js'
import { type KeySelector, type KeySet, keyFits } from './key-selection.js'

/** Seconds. */
const defaultTimeout = 10

const limitOf = ({ timeout = defaultTimeout }: KeySet): number => timeout

const selectIsLate = (): Error => new SealbearerError('SB_KEYS_UNAVAILABLE', 'select: timeout')

/**
 * Selects keys from a key set, including a custom one, within its `timeout`.
 *
 * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` if it returns no list of keys, fails or is late.
 */
export function selectKeys(keys: KeySet, header: KeySelector): MaybePromise<readonly Key[]> {
  return chainOrRecover(
    () => {
      const selected = adopt(keys.select(header))
      return isPromise(selected) && limitOf(keys) !== Number.POSITIVE_INFINITY
        ? withinTime(limitOf(keys), selectIsLate, () => selected)
        : selected
    },
    (selected: unknown) => {
      // The set can return anything. A key that does not match the header is never used, whoever selected it.
      if (!Array.isArray(selected) || !selected.every(isKey)) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
      return selected.filter((key) => keyFits(key, header))
    },
    (error) => {
      // A custom key set can fail in any way, even with an error code for invalid tokens: it may verify what it loads.
      // The token that needs the key is not at fault.
      const isOutage = error instanceof SealbearerError && error.status === 503
      throw isOutage ? error : new SealbearerError('SB_KEYS_UNAVAILABLE')
    },
  )
}
