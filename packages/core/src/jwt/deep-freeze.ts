function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Freezes plain objects and lists all the way down, since requests share verdicts. Instances of classes,
 * which only a claims schema can make, are left as they are.
 */
export function deepFreeze<T>(value: T, frozenBefore?: Set<object>): T {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
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

/**
 * Tells a value in which nothing can be changed: text, numbers, and frozen plain objects and lists of them. A
 * `Date`, a `Map`, a `Set` or another instance can, frozen or not.
 */
export function isImmutable(value: unknown, seen: Set<object> = new Set()): boolean {
  if (typeof value === 'function') return false
  if (typeof value !== 'object' || value === null || seen.has(value)) return true
  if (!isPlain(value) || !Object.isFrozen(value)) return false
  // What stands under a symbol is not frozen.
  if (Object.getOwnPropertySymbols(value).length > 0) return false
  seen.add(value)
  return Object.values(value).every((child) => isImmutable(child, seen))
}
