/**
 * Freezes plain objects and lists all the way down, since requests share verdicts. Instances of classes,
 * which only a claims schema can make, are left as they are.
 */
export function deepFreeze<T>(value: T, frozenBefore?: Set<object>): T {
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value)) {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return value
  }
  let visited = frozenBefore
  if (Object.isFrozen(value)) {
    // A schema can freeze the surface alone, so the members still need a look; once, for output may be circular.
    visited ??= new Set()
    if (visited.has(value)) return value
    visited.add(value)
  } else Object.freeze(value)
  for (const child of Object.values(value)) {
    if (typeof child === 'object') deepFreeze(child, visited)
  }
  return value
}
