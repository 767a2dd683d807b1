import { ignoreRejection } from './maybe-promise.js'
import { type Duration, parseDuration } from './time.js'

/**
 * Rejects anything but an object, and unknown members, inherited ones too: a misspelt check must not go unnoticed. An
 * absent option must not be read from `Object.prototype` either, which a vulnerability in another library can let a
 * request pollute.
 *
 * @throws {TypeError}
 */
export function checkMembers(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${where}: must be an object with ${known.join(', ')}`)
  }
  for (const name of known) {
    if (name in Object.prototype) {
      throw new TypeError(
        `${where}: Object.prototype has a member "${name}", which would be read as this option; find the code that adds it`,
      )
    }
  }
  for (const name of namesIn(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`${where}: has no option "${name}"; it accepts ${known.join(', ')}`)
    }
  }
}

/** The names of own and inherited members. Those that other code has added to `Object.prototype` are no options. */
function namesIn(options: object): readonly string[] {
  const names = Object.keys(options)
  for (const name in options) if (!(name in Object.prototype) && !names.includes(name)) names.push(name)
  return names
}

/** The default of an option that is absent. Not with `??`: `null` could also mean zero, or no limit, and is an error. */
export const withDefault = <T>(value: T | undefined, usual: T): T => (value === undefined ? usual : value)

/** Reads one or several non-empty strings as a list. @throws {TypeError} whose message ends with the fix. */
export function stringList(option: string, value: unknown, wayOut: string): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new TypeError(`${option}: is an empty list; ${wayOut}`)
  // Not `map`, which skips the holes of a list: a hole would be a requirement that every request meets.
  return Array.from(list, (item) => {
    if (typeof item !== 'string' || item === '') throw new TypeError(`${option}: ${wayOut}`)
    // Neither JSON nor a header can contain a lone surrogate.
    if (/\p{Surrogate}/u.test(item)) throw new TypeError(`${option}: must be well-formed Unicode`)
    return item
  })
}

/** Reads a duration option in seconds. @throws {TypeError} */
export function durationOption(option: string, value: Duration): number
export function durationOption(option: string, value: Duration | undefined): number | undefined
export function durationOption(option: string, value: Duration | undefined): number | undefined {
  if (value === undefined) return undefined
  const seconds = parseDuration(value)
  if (seconds === undefined) {
    throw new TypeError(`${option}: must be seconds (a number, not negative) or text such as '15m'`)
  }
  return seconds
}

/** Seconds. Timers fire immediately for anything longer. */
const maxTimeout = 2_147_483

/** Reads the option `timeout`, in seconds. @default 5 @throws {TypeError} */
export function timeoutOption(timeout: Duration = 5): number {
  const seconds = durationOption('timeout', timeout)
  if (seconds > 0 && seconds <= maxTimeout) return seconds
  throw new TypeError("timeout: must be more than 0 and less than 24 days, such as 5 or '5s'")
}

/** Reads a whole number of at least `min`. @throws {TypeError} */
export function countOption(option: string, value: unknown, min: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw new TypeError(`${option}: must be a whole number of at least ${min}`)
  }
  return value
}

/** Memory for all entries of a cache is allocated at once, and a Map has at most 2²⁴. */
const maxEntries = 10_000_000

/** Reads the maximum number of entries of a cache. @throws {TypeError} */
export function entriesOption(option: string, value: unknown): number {
  const entries = countOption(option, value, 1)
  if (entries <= maxEntries) return entries
  throw new TypeError(
    `${option}: must be at most ${maxEntries}, since memory for all of them is allocated at once`,
  )
}

/** Reads an option with a fixed list of values. @throws {TypeError} */
export function oneOf<T extends string>(option: string, value: unknown, known: readonly T[]): T {
  const found = known.find((name) => name === value)
  if (found === undefined) throw new TypeError(`${option}: must be one of ${known.join(', ')}`)
  return found
}

/** A function of the application that is called with an event. Its result is ignored. */
export type Listener<T> = (value: T) => void

/**
 * Reads an option that is a listener. If it throws or rejects, nothing else is affected.
 *
 * @param takes Its argument, for the error message.
 * @throws {TypeError}
 */
export function listenerOption<T>(
  option: string,
  listener: Listener<T> | undefined,
  takes: string,
): Listener<T> {
  if (listener === undefined) return () => {}
  if (typeof listener !== 'function')
    throw new TypeError(`${option}: must be a function that accepts ${takes}`)
  return (value) => {
    try {
      ignoreRejection(listener(value))
    } catch {
      // The code that emits an event cannot handle this.
    }
  }
}

/**
 * Returns a value as bytes, including those of another realm: in browser test environments and in `vm` contexts, a
 * `Buffer` is not an instance of the global `Uint8Array`.
 *
 * @returns `undefined` for anything but a Uint8Array.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  if (!ArrayBuffer.isView(value) || tagOf(value) !== 'Uint8Array') return undefined
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

const typedArray: object = Object.getPrototypeOf(Uint8Array.prototype)
const tag = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)?.get

/** The actual type, which a value cannot fake. */
const tagOf = (value: ArrayBufferView): unknown => tag?.call(value)
