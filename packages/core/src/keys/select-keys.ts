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
 * Asks a key set, also one of the application's own, and waits no longer than its `timeout`.
 *
 * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` where it returns no list of keys, fails or is late.
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
      // It can answer anything, too. A key that does not fit the header is never used, whoever chose it.
      if (!Array.isArray(selected) || !selected.every(isKey)) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
      return selected.filter((key) => keyFits(key, header))
    },
    (error) => {
      // A key set of the application's own can fail in any way, also with what a token is refused with: it may
      // verify what it loads. The token that asks for the key is not to blame.
      const isOutage = error instanceof SealbearerError && error.status === 503
      throw isOutage ? error : new SealbearerError('SB_KEYS_UNAVAILABLE')
    },
  )
}
