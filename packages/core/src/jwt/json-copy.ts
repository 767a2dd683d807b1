import { deepestNesting, isJsonObject } from '../compact/json.js'

/** Stands for a value that JSON would write as another one, or not at all. */
const changed = Symbol('changed by JSON')

/**
 * Copies a value as JSON would write it and read it again: no member that JSON leaves out, nothing shared with
 * the caller. What JSON leaves as it is, is copied without writing it, in a fifth of the time.
 *
 * Throws whatever a getter, a `toJSON` or JSON itself throws.
 */
export function jsonCopy(value: unknown): unknown {
  const copy = plainCopy(value, 1)
  return copy === changed ? JSON.parse(JSON.stringify(value)) : copy
}

function plainCopy(value: unknown, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : changed
  // Deeper values are left to JSON itself, which finds the circular ones among them.
  if (typeof value !== 'object' || depth > deepestNesting || 'toJSON' in value) return changed
  if (Array.isArray(value)) return copyList(value, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  return isJsonObject(value) && (prototype === Object.prototype || prototype === null)
    ? copyObject(value, depth)
    : changed
}

function copyList(list: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = []
  for (const item of list) {
    const copied = plainCopy(item, depth + 1)
    if (copied === changed) return changed
    copy.push(copied)
  }
  return copy
}

function copyObject(object: Readonly<Record<string, unknown>>, depth: number): unknown {
  // `assign` would take it for the prototype. A spread would not, but once frozen V8 reads it slowly.
  if (Object.hasOwn(object, '__proto__')) return changed
  const copy: Record<string, unknown> = Object.assign({}, object)
  for (const name of Object.keys(copy)) {
    const member = copy[name]
    const copied = plainCopy(member, depth + 1)
    if (copied === changed) return changed
    if (copied !== member) copy[name] = copied
  }
  return copy
}
