import { abandon } from './maybe-promise.js'

/** A function of the application's that is told of something, and whose answer nobody waits for. */
export type Listener<T> = (value: T) => void

/**
 * Reads an option that is a listener. One that throws disturbs nothing, and neither does an asynchronous one
 * that rejects.
 *
 * @param takes What it is told, as the message of the error has it.
 * @throws {TypeError}
 */
export function listenerOption<T>(
  option: string,
  listener: Listener<T> | undefined,
  takes: string,
): Listener<T> {
  if (listener === undefined) return () => {}
  if (typeof listener !== 'function') throw new TypeError(`${option}: must be a function that takes ${takes}`)
  return (value) => {
    try {
      abandon(listener(value))
    } catch {
      // Whoever raises an event can do nothing about it.
    }
  }
}
