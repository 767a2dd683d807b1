// Those who are known to survive, and why: they cost the most, for all tests are asked about them.
import { readFileSync } from 'node:fs'
import { keyOf } from './mutant-key.js'

/** @type {{ reason: string, mutants: Record<string, string[]> }[]} */
const reasons = JSON.parse(readFileSync(new URL('survivors.json', import.meta.url), 'utf8'))
const known = new Set(
  reasons.flatMap(({ mutants }) =>
    Object.entries(mutants).flatMap(([file, keys]) => keys.map((key) => `${file} ${key}`)),
  ),
)
/** @type {Map<string, string[]>} */
const linesOf = new Map()

/**
 * Tells a mutant that has a reason to live.
 *
 * @param {import('./mutant-key.js').Mutant & { fileName: string }} mutant as Stryker hands it to a runner: its lines
 * and columns begin with 0
 */
export function isKnown({ fileName, location: { start, end }, ...rest }) {
  const lines = linesOf.get(fileName) ?? readFileSync(fileName, 'utf8').split('\n')
  linesOf.set(fileName, lines)
  const fromOne = (/** @type {import('./mutant-key.js').Position} */ { line, column }) => ({
    line: line + 1,
    column: column + 1,
  })
  const key = keyOf(lines, { ...rest, location: { start: fromOne(start), end: fromOne(end) } })
  return known.has(`${fileName.replace(/^.*\/src\//, 'src/')} ${key}`)
}
