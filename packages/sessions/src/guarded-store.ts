import { isSealbearerError, type SealbearerError } from '@sealbearer/core'
import { withinTime } from '@sealbearer/core/internal'
import type { SessionStore } from '@sealbearer/core/stores'
import { sessionError } from './session-error.js'

/** Seconds that a store has for an answer. */
const timeLimit = 5

const unavailable = (): SealbearerError => sessionError('SB_STORE_UNAVAILABLE')

/** Makes `SB_STORE_UNAVAILABLE` of whatever goes wrong in a store, and of answers that do not come. */
export function guardedStore(store: SessionStore): SessionStore {
  const guard =
    <Input, Result>(operation: (input: Input) => Promise<Result>) =>
    async (input: Input): Promise<Result> => {
      try {
        return await withinTime(timeLimit, unavailable, () => operation(input))
      } catch (error) {
        // An engine's own error can quote what it was given.
        throw isSealbearerError(error) ? sessionError(error.code, error.parameter) : unavailable()
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
    takeLinked: guard((input) => store.takeLinked(input)),
  }
}
