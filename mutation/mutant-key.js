/**
 * @typedef {{ line: number, column: number }} Position
 * @typedef {{ mutatorName: string, replacement?: string, location: { start: Position, end: Position } }} Mutant
 */

const oneLine = (/** @type {string} */ text) => text.replace(/\s+/g, ' ').trim()

/**
 * Names a mutant by its text, so that it keeps its name when lines move. Lines and columns begin with 1.
 *
 * @param {string[]} lines @param {Mutant} mutant
 */
export function keyOf(lines, { mutatorName, replacement = '', location: { start, end } }) {
  const first = lines[start.line - 1] ?? ''
  const behind = start.line === end.line ? first.slice(end.column - 1) : ' …'
  const shown = `${first.slice(0, start.column - 1)}⟦${start.line === end.line ? first.slice(start.column - 1, end.column - 1) : first.slice(start.column - 1)}⟧${behind}`
  return `${mutatorName}: ${oneLine(shown)} → ${oneLine(replacement).slice(0, 60)}`
}
