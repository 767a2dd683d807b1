const loneSurrogate = /\p{Surrogate}/u

/** Whether all text in a JSON value, names included, is well-formed Unicode: no half of a surrogate pair. */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !loneSurrogate.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, child]) => isWellFormed(name) && isWellFormed(child))
}

const space = 0x20
const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/**
 * Whether a valid JSON text has as many members as were parsed out of it, in all its objects together.
 * It has more where one is doubled, of which a parser keeps the last.
 */
const hasMembers = (text: string, count: number): boolean =>
  // The estimate is never too low, so where it agrees nothing is left over.
  estimateMembers(text) === count || countMembersOfText(text) === count

/** Counts colons that a quote stands before: all members, and text that looks alike. `NaN` where white space may hide some. */
function estimateMembers(text: string): number {
  let members = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1)
    if (before === quote) members++
    else if (before <= space) return Number.NaN
  }
  return members
}

/** Counts the members of all objects in a valid JSON text: the strings that a colon follows. */
export function countMembersOfText(text: string): number {
  let members = 0
  let open = text.indexOf('"')
  while (open >= 0) {
    const next = skipWhiteSpace(text, closingQuote(text, open) + 1)
    if (text.charCodeAt(next) === colon) members++
    open = text.indexOf('"', next)
  }
  return members
}

/** Where the string ends that begins there; -1 where it does not. */
function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
  return close
}

/** An odd number of backslashes in front escapes a character. */
function isEscaped(text: string, index: number): boolean {
  let first = index
  while (text.charCodeAt(first - 1) === backslash) first--
  return (index - first) % 2 === 1
}

/** White space of RFC 8259 §2. */
function skipWhiteSpace(text: string, index: number): number {
  let next = index
  while (text[next] === ' ' || text[next] === '\t' || text[next] === '\n' || text[next] === '\r') next++
  return next
}

/** So few lists and objects are built in no time, however they stand in one another. */
const few = 256

/**
 * Finds nesting that would cost a parser more than all the rest of the text, before there is a parser at work:
 * two characters a level. Looks only at texts with many lists and objects.
 *
 * @returns For a valid JSON text with many, whether they are nested deeper than that; else mostly `false`.
 */
export const isNestedDeeper = (text: string, deepest: number): boolean =>
  text.length > few && countUpTo(few, text, '[') + countUpTo(few, text, '{') > few && exceeds(text, deepest)

function countUpTo(most: number, text: string, character: string): number {
  let count = 0
  for (let at = text.indexOf(character); at >= 0 && count <= most; at = text.indexOf(character, at + 1))
    count++
  return count
}

function exceeds(text: string, deepest: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '"':
        i = closingQuote(text, i)
        if (i < 0) return false
        break
      case '[':
      case '{':
        depth++
        if (depth > deepest) return true
        break
      case ']':
      case '}':
        depth--
        break
    }
  }
  return false
}

/** A JSON object; its members have not been checked. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Levels of lists and objects. More have no use in a token, and every later walk over the value could overflow the stack. */
export const deepestNesting = 32

/**
 * Reads a JSON object strictly: no byte order mark, no member twice at any depth, no lone
 * surrogate, bounded nesting. A member `__proto__` is left out, at any depth. RFC 7515 §4 and RFC 7519 §4 let a parser take the last of doubled members;
 * two parties who take different ones could then be shown two different tokens.
 *
 * @param text Valid Unicode; `undefined`, where the bytes were none, is no object either.
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
    // To copy it member by member, as schemas and applications do, would give the copy a prototype out of the token.
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
    for (const child of children) count += freezeChild(child, depth)
  }
  Object.freeze(value)
  return count
}

const freezeChild = (child: unknown, depth: number): number =>
  typeof child === 'object' && child !== null ? freezeAndCount(child, depth + 1) : 0
