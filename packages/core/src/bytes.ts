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
