/** @throws {TypeError} for a store that lacks an operation. */
export function checkStoreOption(kind: string, store: unknown, operations: readonly string[]): void {
  const missing = operations.find((name) => typeof Reflect.get(Object(store), name) !== 'function')
  if (missing === undefined) return
  throw new TypeError(
    `store: must be a ${kind} store, with ${missing}(); for one process use createMemoryStore()`,
  )
}
