import { ignoreRejection } from './maybe-promise.js'
import { type Duration, parseDuration } from './time.js'

/**
 * Refuses anything but an object, and members that no option has: a misspelt check must not go unnoticed. Nor must
 * an option that is left out be found on `Object.prototype`, where a hole in another library can let a request write.
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
        `${where}: Object.prototype has a member "${name}", which would pass for this option; find out what put it there`,
      )
    }
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`${where}: has no option "${name}"; it takes ${known.join(', ')}`)
    }
  }
}

/** Makes a list of one or several non-empty strings. @throws {TypeError} that ends with the way out. */
export function stringList(option: string, value: unknown, wayOut: string): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new TypeError(`${option}: is an empty list; ${wayOut}`)
  // Not `map`, which leaves out the holes of a list: a hole would be a requirement that everybody meets.
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

/** Timers turn anything longer into no time at all. */
const longestTimeout = 2_147_483

/** Reads the option `timeout`, in seconds. @default 5 @throws {TypeError} */
export function timeoutOption(timeout: Duration | undefined): number {
  const seconds = durationOption('timeout', timeout ?? 5)
  if (seconds > 0 && seconds <= longestTimeout) return seconds
  throw new TypeError("timeout: must be more than nothing and less than 24 days, such as 5 or '5s'")
}

/** Reads a whole number of at least `least`. @throws {TypeError} */
export function countOption(option: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw new TypeError(`${option}: must be a whole number of at least ${least}`)
  }
  return value
}

/** Room for all entries of a memory is made beforehand, and a Map takes no more than 2²⁴. */
const mostEntries = 10_000_000

/** Reads how many entries a memory may have. @throws {TypeError} */
export function entriesOption(option: string, value: unknown): number {
  const entries = countOption(option, value, 1)
  if (entries <= mostEntries) return entries
  throw new TypeError(
    `${option}: must be at most ${mostEntries}, since room for all of them is made beforehand`,
  )
}

/** Reads one value out of a closed list. @throws {TypeError} */
export function oneOf<T extends string>(option: string, value: unknown, known: readonly T[]): T {
  const found = known.find((name) => name === value)
  if (found === undefined) throw new TypeError(`${option}: must be one of ${known.join(', ')}`)
  return found
}

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
      ignoreRejection(listener(value))
    } catch {
      // Whoever raises an event can do nothing about it.
    }
  }
}

/**
 * Reads bytes, also those of another realm: in the test environments of browsers, and in `vm` contexts, a `Buffer` is
 * no instance of the global `Uint8Array`.
 *
 * @returns `undefined` for what is not a Uint8Array.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  if (!ArrayBuffer.isView(value) || tagOf(value) !== 'Uint8Array') return undefined
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

const typedArray: object = Object.getPrototypeOf(Uint8Array.prototype)
const tag = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)?.get

/** The true type, which a value cannot pretend. */
const tagOf = (value: ArrayBufferView): unknown => tag?.call(value)
