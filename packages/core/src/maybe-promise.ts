/**
 * A value, or a promise of it. Bytes, keys and verifications are mostly at hand at once, and a promise for
 * each step costs more than the step: internal steps hand on the value itself where they can.
 */
export type MaybePromise<T> = T | Promise<T>

/**
 * Tells a promise by what it can do. By `instanceof` alone it would not be one where an application puts another
 * `Promise` in the place of the global one (zone.js, Bluebird, some monitors): asynchronous functions go on to return
 * the runtime's own, and a promise that passes for a value passes for `true`.
 */
export const isPromise = <T>(value: T | PromiseLike<T>): value is Promise<T> =>
  value instanceof Promise ||
  (typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function')

/**
 * Takes a value from code that is not ours: a promise of another library or realm becomes one of this realm.
 */
export function adopt<T>(value: T | PromiseLike<T>): MaybePromise<T> {
  return isPromise(value) && !(value instanceof Promise) ? Promise.resolve(value) : (value as MaybePromise<T>)
}

/** Leaves alone what nobody waits for: a rejection that nobody handles would end the process. */
export function ignoreRejection(value: unknown): void {
  const promise = adopt(value)
  if (isPromise(promise)) promise.catch(() => undefined)
}

/** Whether a function of the application returned `true`. A promise or a string such as "false" is truthy, but not `true`. */
export function isTrue(answer: unknown): boolean {
  if (answer === true) return true
  ignoreRejection(answer)
  return false
}

/** Whether a function of the application returns `true`; one that throws does not. */
export function returnsTrue(decide: () => unknown): boolean {
  try {
    return isTrue(decide())
  } catch {
    return false
  }
}

/** Goes on with `next` at once when the value is there, when it arrives otherwise. */
export function chain<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(next) : next(value)
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
  return isPromise(value) ? value.then(next, recover) : next(value)
}
