/** Up to so many are compared one by one; most policies know one or two. */
const few = 8

/**
 * Makes the function that tells whether a text is one of those known. What strangers write is not hashed for it, in
 * whole and text by text, as a set would: nearly all of it has another length.
 */
export function knownTexts(texts: readonly string[]): (text: string) => boolean {
  const known = new Set(texts)
  if (known.size <= few) {
    const list = [...known]
    return (text) => list.includes(text)
  }
  const longest = Math.max(...texts.map(({ length }) => length))
  return (text) => text.length <= longest && known.has(text)
}
