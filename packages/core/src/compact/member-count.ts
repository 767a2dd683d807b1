const backslash = 0x5c
const colon = 0x3a

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
