import { isSealbearerError, type SealbearerError } from '@sealbearer/core'
import { isRefusalCode, withinTime } from '@sealbearer/core/internal'
import type { SessionStore } from '@sealbearer/core/stores'
import { sessionError } from './session-error.js'

/** Maximum time in seconds to wait for a store. */
const timeLimit = 5

const unavailable = (): SealbearerError => sessionError('SB_STORE_UNAVAILABLE')

/** Converts every failure of a store, including a timeout, to `SB_STORE_UNAVAILABLE`. */
export function guardedStore(store: SessionStore): SessionStore {
  const guard =
    <Input, Result>(operation: (input: Input) => Promise<Result>) =>
    async (input: Input): Promise<Result> => {
      try {
        return await withinTime(timeLimit, unavailable, () => operation(input))
      } catch (error) {
        // A driver's own error can contain the values of the operation.
        if (!isSealbearerError(error)) throw unavailable()
        throw isRefusalCode(error.code) ? sessionError(error.code, error.parameter) : error
      }
    }
  return {
    create: guard((input) => store.create(input)),
    read: guard((input) => store.read(input)),
    rotate: guard((input) => store.rotate(input)),
    markSeen: guard((input) => store.markSeen(input)),
    end: guard((input) => store.end(input)),
    endAll: guard((input) => store.endAll(input)),
    list: guard((input) => store.list(input)),
    link: guard((input) => store.link(input)),
    ...(store.readLinked !== undefined && {
      readLinked: guard(async (input) => store.readLinked?.(input) ?? []),
    }),
    takeLinked: guard((input) => store.takeLinked(input)),
  }
}
