/** The edit distance of two texts: insertions, deletions, replacements, and swaps of neighbours. */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= other.length; j++) {
      const replaced = at(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1)
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      row.push(
        Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, isSwapped ? at(i - 2, j - 2) + 1 : replaced),
      )
    }
  }
  return at(one.length, other.length)
}

/** Returns the name closest to a misspelt one; `undefined` if none is close. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  if (text.length > 40) return undefined
  const near = names
    .map((name) => ({ name, away: name.startsWith(text) && text.length > 2 ? 0 : distance(text, name) }))
    .filter(({ name, away }) => away <= Math.max(1, Math.floor(name.length / 3)))
    .sort((one, other) => one.away - other.away)
  return near[0]?.name
}
