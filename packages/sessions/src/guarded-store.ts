import { isSealbearerError, type SealbearerError } from '@sealbearer/core'
import { isRefusalCode, isTimeLimited, withinTime } from '@sealbearer/core/internal'
import type { SessionStore } from '@sealbearer/core/stores'
import { sessionError } from './session-error.js'
import { answerChecks } from './store-answers.js'

/** Maximum time in seconds to wait for a store without a time limit of its own. */
const timeLimit = 5

const unavailable = (parameter?: string): SealbearerError => sessionError('SB_STORE_UNAVAILABLE', parameter)

/**
 * Converts every failure of a store to `SB_STORE_UNAVAILABLE`, including a timeout, and a reply that the operation cannot
 * have: the error of a later step could quote it.
 */
export function guardedStore(store: SessionStore): SessionStore {
  const inTime: <Result>(operation: () => Promise<Result>) => Promise<Result> = isTimeLimited(store)
    ? async (operation) => operation()
    : (operation) => withinTime(timeLimit, unavailable, operation)
  const guard =
    <Input extends object, Result>(name: keyof SessionStore, operation: (input: Input) => Promise<Result>) =>
    async (input: Input): Promise<Result> => {
      let answer: Result
      try {
        answer = await inTime(() => operation(input))
      } catch (error) {
        // A driver's own error can contain the values of the operation.
        if (!isSealbearerError(error)) throw unavailable()
        throw isRefusalCode(error.code) ? sessionError(error.code, error.parameter) : error
      }
      if (!answerChecks[name](answer, input)) throw unavailable('reply')
      return answer
    }
  return {
    create: guard('create', (input) => store.create(input)),
    read: guard('read', (input) => store.read(input)),
    rotate: guard('rotate', (input) => store.rotate(input)),
    markSeen: guard('markSeen', (input) => store.markSeen(input)),
    end: guard('end', (input) => store.end(input)),
    endAll: guard('endAll', (input) => store.endAll(input)),
    list: guard('list', (input) => store.list(input)),
    link: guard('link', (input) => store.link(input)),
    ...(store.readLinked !== undefined && {
      readLinked: guard('readLinked', async (input) => store.readLinked?.(input) ?? []),
    }),
    takeLinked: guard('takeLinked', (input) => store.takeLinked(input)),
  }
}
