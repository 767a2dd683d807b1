/**
 * Freezes plain objects and lists all the way down, since requests share verdicts. Instances of classes,
 * which only a claims schema can make, are left as they are.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (!Array.isArray(value)) {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return value
  }
  // Frozen before its members, so that a schema's circular output ends here.
  Object.freeze(value)
  for (const child of Object.values(value)) deepFreeze(child)
  return value
}
