function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Deeply freezes plain objects and lists, because requests share verdicts. Class instances, which only a claims schema
 * can create, are not frozen.
 */
export function deepFreeze<T>(value: T, frozenBefore?: Set<object>): T {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  let visited = frozenBefore
  if (Object.isFrozen(value)) {
    // A schema may have frozen only the outer object, so members are still visited; once each, because output may be circular.
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
 * Whether a value is immutable: strings, numbers, and frozen plain objects and lists of them. Instances such as a
 * `Date`, a `Map` or a `Set` are mutable even if frozen.
 */
export function isImmutable(value: unknown, seen: Set<object> = new Set()): boolean {
  if (typeof value === 'function') return false
  if (typeof value !== 'object' || value === null || seen.has(value)) return true
  if (!isPlain(value) || !Object.isFrozen(value)) return false
  // Values under symbol keys are not frozen.
  if (Object.getOwnPropertySymbols(value).length > 0) return false
  seen.add(value)
  return Object.values(value).every((child) => isImmutable(child, seen))
}
