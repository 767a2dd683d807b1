const loneSurrogate = /\p{Surrogate}/u

/** Whether all text in a JSON value, including member names, is well-formed Unicode without lone surrogates. */
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
 * Whether a valid JSON text has exactly as many members, over all its objects, as the parsed value.
 * It has more if a member is duplicated, because a parser keeps only the last one.
 */
const hasMembers = (text: string, count: number): boolean =>
  // The estimate is never too low, so if it matches, no member was dropped.
  estimateMembers(text) === count || countMembersOfText(text) === count

/** Counts colons preceded by a quote: all members, and text that looks like one. `NaN` if white space could hide some. */
function estimateMembers(text: string): number {
  let members = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1)
    if (before === quote) members++
    else if (before <= space) return Number.NaN
  }
  return members
}

/** Counts the members of all objects in a valid JSON text: the strings followed by a colon. */
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

/** Index of the closing quote of the string that starts here; -1 if there is no closing quote. */
function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
  return close
}

/** An odd number of preceding backslashes escapes a character. */
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

/** Texts with fewer lists and objects are cheap to parse, however they are nested. */
const few = 256

/**
 * Detects nesting that would be expensive to parse, before the parser runs. Only texts with many lists and
 * objects are checked.
 *
 * @returns For a valid JSON text with many lists or objects, whether it is nested too deeply; otherwise mostly `false`.
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

/** A JSON object whose members have not been checked. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Maximum nesting depth. Deeper values have no use in a token, and every later walk over the value could overflow the stack. */
export const maxNesting = 32

/**
 * Parses a JSON object strictly: no byte order mark, no duplicate members at any depth, no lone surrogates,
 * bounded nesting. RFC 7515 §4 and RFC 7519 §4 allow a parser to keep the last of duplicate members; two
 * parties that keep different ones would then see two different tokens. A member `__proto__` is dropped, at any depth.
 *
 * @param text Valid Unicode; `undefined` (the bytes were not valid UTF-8) is rejected.
 * @returns The object, deeply frozen; `undefined` if the text is not such an object.
 */
export function parseJsonObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined || isNestedDeeper(text, maxNesting)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  if (!hasMembers(text, freezeAndCount(value, 1))) return undefined
  // Decoded UTF-8 contains no lone surrogates, but escape sequences can.
  if (text.includes('\\u') && !isWellFormed(value)) return undefined
  return value
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether an object has no class, also one of another realm. */
export function isPlainObject(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** An own member of an object: an absent one must not be read from a polluted `Object.prototype`. */
export const ownMember = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** Freezes a value deeply and counts the members of all its objects. Returns `NaN`, which equals no number, if it is nested too deeply. */
function freezeAndCount(value: object, depth: number): number {
  if (depth > maxNesting) return Number.NaN
  let count = 0
  if (Array.isArray(value)) {
    for (const child of value) count += freezeChild(child, depth)
  } else {
    const children: unknown[] = Object.values(value)
    count = children.length
    // Copying it member by member, as schemas and applications do, would take the prototype of the copy from the token.
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
    for (const child of children) count += freezeChild(child, depth)
  }
  Object.freeze(value)
  return count
}

const freezeChild = (child: unknown, depth: number): number =>
  typeof child === 'object' && child !== null ? freezeAndCount(child, depth + 1) : 0
