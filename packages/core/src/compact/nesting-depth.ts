import { closingQuote } from './member-count.js'

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
