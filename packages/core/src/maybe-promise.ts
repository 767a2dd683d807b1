/**
 * A value, or a promise of it. Bytes, keys and results are mostly available at once, and a promise costs more than a
 * step: internal steps return the value itself if they can.
 */
export type MaybePromise<T> = T | Promise<T>

/**
 * Whether a value is a promise, by its `then`. `instanceof` fails where an application replaces the global `Promise`
 * (zone.js, Bluebird, some monitors), because asynchronous functions still return the runtime's own; and a promise that
 * is mistaken for a value counts as `true`. Not with `in`, which takes five times as long for results of many shapes.
 */
export const isPromise = <T>(value: T | PromiseLike<T>): value is Promise<T> =>
  // Any object may be asked for a member that it lacks.
  typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<T>>).then === 'function'

/** Adopts a value from application code: a promise of another library or realm becomes one of this realm. */
export function adopt<T>(value: T | PromiseLike<T>): MaybePromise<T> {
  return isPromise(value) && !(value instanceof Promise) ? Promise.resolve(value) : (value as MaybePromise<T>)
}

/** Ignores the rejection of a promise that is not awaited: an unhandled rejection would end the process. */
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

/** Calls `next` immediately for a value, and later for a promise. */
export function chain<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(next) : next(value)
}

/** Like {@link chain}; `recover` handles what `attempt` throws or rejects with. */
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
