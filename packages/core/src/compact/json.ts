import { engine } from '#crypto'
import { isWellFormed } from './well-formed.js'

/** A JSON object; its members have not been checked. */
export type JsonObject = Record<string, unknown>

/** Deeper nesting has no use in a token, and every later walk over the value could overflow the stack. */
const deepestNesting = 32

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/**
 * Reads a JSON object strictly: valid UTF-8, no byte order mark, no member twice at any depth, no lone
 * surrogate, bounded nesting. RFC 7515 §4 and RFC 7519 §4 let a parser take the last of doubled members;
 * two parties who take different ones could then be shown two different tokens.
 *
 * @returns `undefined` where the octets are no such object.
 */
export function parseJsonObject(octets: Uint8Array): JsonObject | undefined {
  const text = engine.decodeUtf8(octets)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  const { members, escapes } = scan(octets)
  // A parser keeps one of doubled members, so then the value has fewer members than the text has colons.
  if (countMembers(value, 1) !== members) return undefined
  if (escapes && !isWellFormed(value)) return undefined
  return value
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Counts the members of valid JSON by their colons, and looks for escapes, which alone can spell a lone surrogate. */
function scan(octets: Uint8Array): { members: number; escapes: boolean } {
  let members = 0
  let escapes = false
  let inString = false
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i]
    if (octet === quote) inString = !inString
    else if (octet === colon) {
      if (!inString) members++
    } else if (octet === backslash) {
      escapes = true
      i++
    }
  }
  return { members, escapes }
}

/** Counts the members of all objects in a value; `NaN`, equal to no number, when it is nested too deep. */
function countMembers(value: object, depth: number): number {
  if (depth > deepestNesting) return Number.NaN
  const children: unknown[] = Object.values(value)
  let count = Array.isArray(value) ? 0 : children.length
  for (const child of children) {
    if (typeof child === 'object' && child !== null) count += countMembers(child, depth + 1)
  }
  return count
}
