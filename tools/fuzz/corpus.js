// The corpora that core's seeded loop replays: lists of text in JSON.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** @param {string} target */
const fileOf = (target) => new URL(`../../tests/hardening/fuzz/${target}.json`, import.meta.url)

/**
 * @param {string} target
 * @returns {string[]}
 */
export const corpusOf = (target) => JSON.parse(readFileSync(fileOf(target), 'utf8'))

/** A corpus is read by people too. */
const most = 60
const longest = 200

/** @param {readonly string[]} corpus */
const written = (corpus) =>
  // Escaped, because a byte order mark and its like are not seen.
  `${JSON.stringify(corpus, null, 2).replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`

/**
 * Adds the shortest of the inputs that reach something of their own, and gives their number.
 *
 * @param {string} target
 * @param {URL} folder
 */
export function keep(target, folder) {
  const corpus = corpusOf(target)
  const found = readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .filter((input) => input.length <= longest && !corpus.includes(input))
    .toSorted((a, b) => a.length - b.length)
    .slice(0, Math.max(0, most - corpus.length))
  writeFileSync(fileOf(target), written([...corpus, ...found]))
  return found.length
}
