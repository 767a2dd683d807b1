const space = 0x20
const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/**
 * Tells whether a valid JSON text has as many members as were parsed out of it, in all its objects together.
 * It has more where one is doubled, of which a parser keeps the last.
 */
export const hasMembers = (text: string, count: number): boolean =>
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
export function closingQuote(text: string, open: number): number {
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
