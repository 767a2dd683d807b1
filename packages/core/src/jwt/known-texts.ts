/** Texts that a policy knows, to be looked for among those that strangers write. */
export interface KnownTexts {
  has(text: string): boolean
  /** Whether one of the texts is known. */
  hasAny(texts: readonly string[]): boolean
}

/** Up to so many are compared one by one; most policies know one or two. */
const few = 8

/**
 * Makes what looks for known texts. A set would hash all that strangers write, in whole and text by text, where
 * nearly all of it has another length.
 */
export function knownTexts(texts: readonly string[]): KnownTexts {
  const known = new Set(texts)
  if (known.size <= few) {
    const list = [...known]
    return {
      has: (text) => list.includes(text),
      hasAny: (others) => list.some((text) => others.includes(text)),
    }
  }
  // Not by arguments of one call, of which there is not room for any number.
  const longest = texts.reduce((most, { length }) => Math.max(most, length), 0)
  const has = (text: string): boolean => text.length <= longest && known.has(text)
  return { has, hasAny: (others) => others.some(has) }
}
