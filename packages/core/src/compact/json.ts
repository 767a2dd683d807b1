import { hasMembers } from './member-count.js'
import { isNestedDeeper } from './nesting-depth.js'
import { isWellFormed } from './well-formed.js'

/** A JSON object; its members have not been checked. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Levels of lists and objects. More have no use in a token, and every later walk over the value could overflow the stack. */
export const deepestNesting = 32

/**
 * Reads a JSON object strictly: no byte order mark, no member twice at any depth, no lone
 * surrogate, bounded nesting. RFC 7515 §4 and RFC 7519 §4 let a parser take the last of doubled members;
 * two parties who take different ones could then be shown two different tokens.
 *
 * @param text Valid Unicode; `undefined`, where the octets were none, is no object either.
 * @returns The object, frozen all the way down; `undefined` where the text is no such object.
 */
export function parseJsonObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined || isNestedDeeper(text, deepestNesting)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  if (!hasMembers(text, freezeAndCount(value, 1))) return undefined
  // Decoded UTF-8 has no half of a surrogate pair, but an escape can spell one.
  if (text.includes('\\u') && !isWellFormed(value)) return undefined
  return value
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Freezes a value, and counts the members of all objects in it; `NaN`, equal to no number, where it is nested too deep. */
function freezeAndCount(value: object, depth: number): number {
  if (depth > deepestNesting) return Number.NaN
  let count = 0
  if (Array.isArray(value)) {
    for (const child of value) count += freezeChild(child, depth)
  } else {
    const children: unknown[] = Object.values(value)
    count = children.length
    for (const child of children) count += freezeChild(child, depth)
  }
  Object.freeze(value)
  return count
}

const freezeChild = (child: unknown, depth: number): number =>
  typeof child === 'object' && child !== null ? freezeAndCount(child, depth + 1) : 0
