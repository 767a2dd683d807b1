/**
 * A value, or a promise of it. Octets, keys and verdicts are mostly at hand at once, and a promise for
 * each step costs more than the step: internal steps hand on the value itself where they can.
 */
export type MaybePromise<T> = T | Promise<T>

/**
 * Takes a value from code that is not ours: a promise of another library or realm becomes one that
 * {@link chain} knows.
 */
export function adopt<T>(value: T | PromiseLike<T>): MaybePromise<T> {
  const isForeign =
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Promise) &&
    'then' in value &&
    typeof value.then === 'function'
  return isForeign ? Promise.resolve(value) : (value as MaybePromise<T>)
}

/** Leaves alone what nobody waits for: a rejection that nobody handles would end the process. */
export function abandon(value: unknown): void {
  const promise = adopt(value)
  if (promise instanceof Promise) promise.catch(() => undefined)
}

/** Goes on with `next` at once when the value is there, when it arrives otherwise. */
export function chain<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** Like {@link chain}, with `recover` for whatever `attempt` throws or rejects with. */
export function chainOrRecover<T, U>(
  attempt: () => MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
  recover: (error: unknown) => MaybePromise<U>,
): MaybePromise<U> {
  let value: MaybePromise<T>
  try {
    value = attempt()
  } catch (error) {
    return recover(error)
  }
  return value instanceof Promise ? value.then(next, recover) : next(value)
}
